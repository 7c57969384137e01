"""The command `release` does only what is needed."""

import os

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from home.models import HomePage
from site_cms.management.commands import release


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


@pytest.mark.django_db
def test_release_prepares_the_tree_of_pages_and_collects_static_files(
    settings, static_files, django_user_model, capsys
):
    settings.DEMO = False

    call_command("release")

    assert HomePage.objects.count() == 1
    assert (settings.STATIC_ROOT / "site.css").read_text() == "a {}"
    assert capsys.readouterr().out == "Collecting static files…\n"


@pytest.mark.django_db
def test_release_collects_again_only_what_has_changed(settings, static_files, capsys):
    settings.DEMO = False
    call_command("release")
    capsys.readouterr()

    call_command("release")
    assert capsys.readouterr().out == ""

    (static_files / "site.css").write_text("b {}")
    os.utime(static_files / "site.css", (1, 1))
    call_command("release")
    assert capsys.readouterr().out == "Collecting static files…\n"
    assert (settings.STATIC_ROOT / "site.css").read_text() == "b {}"


@pytest.mark.django_db
@pytest.mark.parametrize(("app", "model"), [("directory", "user"), ("auth", "group")])
@pytest.mark.parametrize("verb", ["add", "change", "delete"])
def test_release_stops_if_a_group_may_change_accounts(
    settings, static_files, app, model, verb, capsys
):
    """A42, members 48: in Wagtail's user form its users could make themselves superusers."""
    settings.DEMO = False
    call_command("release")
    permission = Permission.objects.get(content_type__app_label=app, codename=f"{verb}_{model}")
    group = Group.objects.create(name="Trop confiante")
    group.permissions.add(permission)

    with pytest.raises(SystemCheckError, match="The group Trop confiante may add, change or"):
        call_command("release")

    group.permissions.clear()
    get_user_model().objects.create_user("seule@example.org").user_permissions.add(permission)
    with pytest.raises(SystemCheckError, match=r"The account \d+ may add, change or"):
        call_command("release")


@pytest.mark.django_db
def test_a_migrated_database_has_nothing_pending():
    assert not release.pending_migrations()


@pytest.mark.django_db
def test_the_check_of_accounts_reads_no_column_of_a_later_migration():
    """`migrate` runs the check before adding columns, so an update would fail."""
    with CaptureQueriesContext(connection) as queries:
        run_checks(tags=[Tags.database], databases=["default"])

    read = [query["sql"] for query in queries.captured_queries if "directory_user" in query["sql"]]
    assert read
    assert not any("first_name" in sql for sql in read)
