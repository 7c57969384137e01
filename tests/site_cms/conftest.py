import pytest

from tests.site_cms.page_files import Folder


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


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
