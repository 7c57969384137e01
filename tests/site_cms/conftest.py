import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from site_cms.shelf import generations
from tests.site_cms.page_files import Folder


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


@pytest.fixture
def in_one_transaction(db, monkeypatch):
    """Let requests over WSGI use the connection of the test, as Django's test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    monkeypatch.setattr(generations, "close_old_connections", lambda: None)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def static_files(settings, tmp_path, monkeypatch):
    """A source folder with one static file, and an empty STATIC_ROOT."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "site.css").write_text("a {}")
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [source]
    return source
