"""The command `release` does only what is needed."""

import os

import pytest
from django.core.management import call_command
from wagtail.models import Site

from home.models import HomePage
from site_cms.management.commands import release
from site_cms.shelf.generations import generations
from site_cms.site_tree import ensure_site


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

    shown = generations().current(0)
    (static_files / "site.css").write_text("b {}")
    os.utime(static_files / "site.css", (1, 1))
    call_command("release")
    assert capsys.readouterr().out == "Collecting static files…\n"
    assert (settings.STATIC_ROOT / "site.css").read_text() == "b {}"
    assert generations().current(0) != shown  # pages name the stylesheets of before


@pytest.mark.django_db
def test_a_migrated_database_has_nothing_pending():
    assert not release.pending_migrations()


@pytest.mark.django_db
def test_only_release_moves_the_site_to_its_address(settings, static_files):
    settings.DEMO = False
    call_command("release")
    settings.BASE_URL = "https://www.example.org"

    ensure_site()
    assert Site.objects.get().hostname == "localhost"

    call_command("release")
    assert Site.objects.values_list("hostname", "port").get() == ("www.example.org", 443)
