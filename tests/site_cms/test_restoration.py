"""A restored site: its contents, and the acts that it does not repeat."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connections
from django.utils import timezone

from directory.models import User
from events.models import GroupMessage
from home.mail import outbox
from home.models import NewsPage, OutgoingEmail, SiteDocument, SiteRendition
from home.models.mail import Reason
from site_cms import restoration
from site_cms.backup import write_backup
from site_cms.shelf.generations import generations
from site_cms.tables import count_rows, last_number, read_rows, site_tables
from tests.builders import NOW, make_document, make_event, make_image, make_news, make_registration
from tests.home.admin.test_base import make_row

pytestmark = pytest.mark.django_db

NOT_COMPARED = {
    "django_session",
    "usersessions_usersession",
    "home_shareimage",
    "home_siterendition",
}


def all_rows() -> dict[str, list[Any]]:
    return {
        table.name: sorted(read_rows(table, using="default"), key=str)
        for table in site_tables()
        if table.name not in NOT_COMPARED
    }


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A backup of a site with one of each."""
    make_news(title="Un marché")
    make_document()
    make_registration(make_event(), answers={"é": ["1", None]})
    path = tmp_path / "site.tar"
    write_backup(path, warn=print)
    return path


def test_every_row_comes_back_as_it_was(written: Path) -> None:
    before = all_rows()
    NewsPage.objects.update(title="Autre")
    User.objects.create_user("plustard@example.org")
    document = SiteDocument.objects.get()
    content = document.file.read()
    document.file.storage.delete(document.file.name)

    call_command("restore", str(written), replace=True)

    after = all_rows()
    assert {name for name in before if before[name] != after[name]} <= {
        "django_tasks_database_dbtaskresult"
    }
    assert SiteDocument.objects.get().file.read() == content
    assert [page.title for page in NewsPage.objects.search("marché")] == ["Un marché"]


def test_a_restored_site_shows_no_page_of_before(written: Path) -> None:
    """cache 25."""
    before = generations().current(0)

    call_command("restore", str(written), replace=True)

    assert generations().current(0) != before


def test_a_site_that_holds_something_is_not_replaced_unasked(written: Path) -> None:
    before = all_rows()

    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", str(written))

    assert all_rows() == before


def test_a_restoration_that_fails_leaves_the_site_as_it_was(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = all_rows()
    document = SiteDocument.objects.get().file.name
    storages["private"].delete(document)

    def fail(table_names: Any = None) -> None:
        raise IntegrityError("a row is missing")

    monkeypatch.setattr(connections["default"], "check_constraints", fail)
    with pytest.raises(CommandError, match="the site is as before: a row is missing"):
        call_command("restore", str(written), replace=True)

    assert all_rows() == before
    assert not storages["private"].exists(document)


def test_messages_that_waited_do_not_leave_again(written: Path, sent: list) -> None:
    """registration 73."""
    now = timezone.now()
    make_row(state="queued", due_at=now)
    make_row(state="failed", due_at=now + timedelta(hours=1))
    make_row(state="sending", claimed_at=now)
    make_row(state="sent", sent_at=now)
    GroupMessage.objects.create(
        event=make_event(), audience="active", subject="Bonjour", text="…", written_at=NOW
    )
    write_backup(written, warn=print)

    call_command("restore", str(written), replace=True)
    outbox.retry_due(now + timedelta(hours=2))

    rows = OutgoingEmail.objects.order_by("pk").values_list("state", "due_at", "reason")
    assert list(rows) == [("failed", None, Reason.RESTORED)] * 3 + [("sent", None, "")]
    assert sent == []
    assert GroupMessage.objects.get().finished


def test_a_rendition_without_its_file_goes_so_that_it_is_drawn_again() -> None:
    image = make_image()
    image.renditions.all().delete()
    kept, lost = image.get_rendition("width-20"), image.get_rendition("width-10")
    storages["default"].delete(lost.file.name)

    restoration.forget_lost_renditions()

    assert list(SiteRendition.objects.all()) == [kept]


def test_a_number_once_given_is_not_given_again(written: Path) -> None:
    """Links of old messages carry numbers of rows that are gone."""
    user = User.objects.create_user("partie@example.org")
    former = user.pk
    user.delete()
    write_backup(written, warn=print)

    call_command("restore", str(written), replace=True)

    assert User.objects.create_user("nouvelle@example.org").pk > former


def test_a_backup_of_a_newer_version_is_refused(written: Path, monkeypatch: Any) -> None:
    newer = {("home", "9999_later")}
    read = restoration.read_backup

    def read_newer(path: Path) -> Any:
        contents = read(path)
        contents.migrations += [list(one) for one in newer]
        return contents

    monkeypatch.setattr(restoration, "read_backup", read_newer)
    with pytest.raises(CommandError, match=r"newer version of the site \(home\.9999_later"):
        call_command("restore", str(written), replace=True)


def test_numbers_of_tables_are_read_on_both_databases() -> None:
    numbers = {table.name: table for table in site_tables()}
    table = numbers["django_content_type"]

    assert last_number(table, using="default") >= ContentType.objects.latest("pk").pk
    assert count_rows(table, using="default") == ContentType.objects.count()
