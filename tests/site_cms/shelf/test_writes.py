"""Writes that begin another generation, and those that do not."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page

from directory.models import Invitation
from events.models import EventPage
from home.models import NewsPage, SiteSettings, StandardPage, Theme
from site_cms.shelf.writes import NEVER_PUBLIC, written_tables
from tests.builders import (
    make_document,
    make_event,
    make_image,
    make_invitation,
    make_member,
    make_news,
)

ROOT = Path(__file__).resolve().parents[3]
PUBLIC, NOTHING = {"home_theme"}, set()


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ('INSERT INTO "home_theme" ("name") VALUES (%s)', PUBLIC),
        ("insert or replace into home_theme values (1)", PUBLIC),
        ("  -- a comment; of two\n  /* and another */ update home_theme set name = 'x'", PUBLIC),
        ("update only public.home_theme set name = 'x'", PUBLIC),
        ('UPDATE "public"."home_theme" SET "name" = %s', PUBLIC),
        ("DELETE FROM HOME_THEME", PUBLIC),
        ("INSERT INTO home_theme VALUES (1) ON CONFLICT (id) DO UPDATE SET name = 'x'", PUBLIC),
        ("REPLACE INTO home_theme VALUES (1)", PUBLIC),
        ("MERGE INTO home_theme USING x ON 1 = 1", PUBLIC),
        ("WITH old AS (SELECT 1) UPDATE home_theme SET name = 'x'", PUBLIC),
        ("WITH gone AS (DELETE FROM home_theme RETURNING id) SELECT * FROM gone", PUBLIC),
        ("WITH old AS (SELECT 1) SELECT * FROM old", NOTHING),
        ('SELECT * FROM "home_theme" WHERE id = 1 FOR UPDATE', NOTHING),
        ("(SELECT 1) UNION (SELECT 2)", NOTHING),
        ("SAVEPOINT s1", NOTHING),
        ("PRAGMA foreign_keys", NOTHING),
        ("TRUNCATE home_theme, django_session", {""}),
        ("COPY home_theme FROM STDIN", {""}),
        ('ALTER TABLE "home_theme" ADD COLUMN "x" text', {""}),
        ("SELECT 1; DELETE FROM home_theme", {""}),
        ("CALL something()", {""}),
        ("", {""}),
    ],
)
def test_tables_that_a_statement_writes(sql, tables):
    """cache 25."""
    assert written_tables(sql) == tables


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ('UPDATE "wagtailcore_page" SET "draft_title" = %s, "latest_revision_id" = NULL WHERE "id" = %s', set()),
        ('UPDATE "wagtailcore_page" SET "draft_title" = %s, "title" = %s WHERE "id" = %s', {"wagtailcore_page"}),
        ('UPDATE "wagtailcore_page" SET "draft_title" = %s, title = %s', {"wagtailcore_page"}),
        ('UPDATE "wagtailcore_page" SET "draft_title" = (SELECT 1), "title" = %s', {"wagtailcore_page"}),
        ('UPDATE "events_registration" SET "told_later" = %s WHERE "id" IN (%s, %s)', set()),
        ('UPDATE "events_registration" SET "state" = %s', {"events_registration"}),
        ('INSERT INTO "home_siteimage" ("title") VALUES (%s)', set()),
        ('UPDATE "home_siteimage" SET "title" = %s', {"home_siteimage"}),
    ],
)  # fmt: skip
def test_columns_that_no_page_reads_are_not_public(sql, tables):
    """cache 8."""
    assert written_tables(sql) == tables


# What moves


def publish(page: Page) -> None:
    page.save_revision().publish()


@pytest.fixture
def page(whole_site: Any, db: None) -> NewsPage:
    return make_news(title="Un article", slug="un-article")


#: Acts of editors, each with what the list of news, or a page, then says.
ACTS: dict[str, Callable[[NewsPage], Any]] = {
    "publish": lambda page: publish(page),
    "unpublish": lambda page: page.unpublish(),
    "rename": lambda page: Page.objects.get(pk=page.pk).specific_class.objects.filter(pk=page.pk).update(title="x"),
    "new slug": lambda page: Page.objects.filter(pk=page.pk).update(slug="autre"),
    "delete": lambda page: page.delete(),
    "move": lambda page: StandardPage.objects.first().move(Page.objects.get(depth=2), pos="first-child"),
    "theme": lambda page: page.page_themes.model.objects.create(page=page, theme=theme()),
    "setting": lambda page: SiteSettings.objects.update(name="Un autre nom"),
    "alternative text": lambda page: NewsPage.objects.filter(pk=page.pk).update(main_image_alt="x"),
    "menu": lambda page: Page.objects.filter(pk=page.pk).update(show_in_menus=True),
    "restriction": lambda page: page.view_restrictions.create(restriction_type="login"),
}  # fmt: skip


def theme() -> Any:
    return Theme.objects.create(name="Eau", slug="eau")


@pytest.mark.parametrize("act", ACTS)
def test_what_editors_do_moves(page, moves, act):
    """cache 6."""
    assert moves(lambda: ACTS[act](page)) == 1


def test_every_page_that_shows_it_is_new(page, ask, commit):
    """cache 6: lists, cards, feeds, the map and the menu, in this process and in another one."""
    shown = ["/actualites/", "/actualites/flux/", "/plan-du-site/", "/", "/actualites/un-article/"]
    commit()
    for address in shown:
        assert "Un article" in ask(address).text, address

    page.title = "Un tout autre titre"
    publish(page)
    commit()

    for address in shown:
        assert "Un tout autre titre" in ask(address).text, address


def test_files_and_places_and_invitations_move(page, moves):
    """cache 6."""
    image, document = make_image(), make_document()
    event = make_event(venue_town="Lille")
    invitation = make_invitation(page=event)

    def save(row: Any, **fields: Any) -> Callable[[], None]:
        def work() -> None:
            for name, value in fields.items():
                setattr(row, name, value)
            row.save()

        return work

    assert moves(save(image, title="Une autre image")) == 1
    assert moves(save(document, title="Un autre document")) == 1
    assert moves(lambda: EventPage.objects.filter(pk=event.pk).update(venue_town="Arras")) == 1
    assert moves(lambda: Invitation.objects.update(available_from="2026-01-01")) == 1
    assert moves(invitation.delete) == 1


def test_commands_and_raw_sql_move(page, moves, tmp_path):
    """cache 7."""
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(hours=1))

    assert moves(lambda: call_command("publish_scheduled", verbosity=0)) == 1
    assert moves(lambda: call_command("publish_scheduled", verbosity=0)) == 0
    with connection.cursor() as cursor:
        assert moves(lambda: cursor.execute("update wagtailcore_page set title = 'x'")) == 1
        assert (
            moves(lambda: cursor.execute("UPDATE wagtailcore_page SET title = 'x' WHERE 1 = 0"))
            == 0
        )
        rows = [("a", page.pk), ("b", page.pk)]
        many = "UPDATE wagtailcore_page SET title = %s WHERE id = %s"
        assert moves(lambda: cursor.executemany(many, rows)) == 1


# What does not


def test_what_nobody_reads_does_not_move(page, moves, client, deliver_all):
    """cache 8."""
    member = make_member()
    session = SessionStore()

    def write_session() -> None:
        session["a"] = "b"
        session.save()

    def edit_card() -> None:
        member.role = "Une autre fonction"
        member.save()

    assert (
        moves(
            lambda: client.force_login(
                member.user, backend="django.contrib.auth.backends.ModelBackend"
            )
        )
        == 0
    )
    assert moves(client.logout) == 0
    assert moves(write_session) == 0
    assert moves(edit_card) == 0
    assert moves(deliver_all) == 0
    assert moves(lambda: member.user.note_activity(timezone.now())) == 0


def test_fifty_drafts_of_an_article_do_not_move(page, moves):
    """cache 8: an editor who types saves a draft every half second."""

    def type_on() -> None:
        for number in range(50):
            draft = NewsPage.objects.get(pk=page.pk).get_latest_revision_as_object()
            draft.title = f"Un article, {number}"
            draft.save_revision()

    assert moves(type_on) == 0


def test_fifty_drafts_of_an_event_do_not_move(whole_site, moves):
    """cache 8."""
    event = make_event()

    def type_on() -> None:
        for number in range(5):
            draft = EventPage.objects.get(pk=event.pk).get_latest_revision_as_object()
            draft.title = f"Un événement, {number}"
            draft.save_revision()

    assert moves(type_on) == 0


def test_a_photo_makes_one_move_at_most(whole_site, db):
    """cache 8: it is stored, then drawn in all its sizes by one statement."""
    with CaptureQueriesContext(connection) as captured:
        make_image()

    written = [written_tables(query["sql"]) - NEVER_PUBLIC for query in captured.captured_queries]
    assert [tables for tables in written if tables] == [{"home_siterendition"}]
