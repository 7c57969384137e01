"""Checks at start: only superusers may change accounts, and https comes through a proxy that is trusted to say so."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.test.utils import CaptureQueriesContext

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_site")]


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


def test_the_check_of_accounts_reads_no_column_of_a_later_migration():
    """`migrate` runs the check before adding columns, so an update would fail."""
    with CaptureQueriesContext(connection) as queries:
        run_checks(tags=[Tags.database], databases=["default"])

    read = [query["sql"] for query in queries.captured_queries if "directory_user" in query["sql"]]
    assert read
    assert not any("first_name" in sql for sql in read)


@pytest.mark.parametrize(("https", "proxies", "said"), [(True, 0, 1), (True, 1, 0), (False, 0, 0)])
def test_https_without_a_trusted_proxy_is_said_at_start(settings, https, proxies, said):
    settings.SECURE_SSL_REDIRECT = https
    settings.TRUSTED_PROXY_COUNT = proxies

    told = [one for one in run_checks(tags=[Tags.security]) if one.id == "site_cms.W001"]

    assert len(told) == said
