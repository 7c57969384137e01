"""Every table is decided on: shown to the public, or never."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from site_cms.shelf.moments import MOMENTS
from site_cms.shelf.writes import NEVER_PUBLIC, PLACES, UNREAD
from tests.builders import make_event, make_news, make_resource
from tests.site_cms.shelf.test_application import PUBLIC

#: Tables whose rows, or the access to them, a public page shows. A new table goes here or in NEVER_PUBLIC.
SHOWN = {
    "directory_directorypage", "directory_invitation", "directory_invitationspage", "directory_joinpage",
    "directory_memberspage", "directory_territory", "django_content_type", "events_eventattachment",
    "events_eventindexpage", "events_eventpage", "events_question", "events_recappage", "events_session",
    "home_homepage", "home_legalpage", "home_newsindexpage", "home_newspage", "home_pagetheme", "home_relatedpage",
    "home_resourceindexpage", "home_resourcepage", "home_sitedocument", "home_shareimage", "home_siteimage", "home_siterendition",
    "home_sitesettings", "home_standardpage", "home_theme", "wagtailcore_collection",
    "wagtailcore_collectionviewrestriction", "wagtailcore_collectionviewrestriction_groups", "wagtailcore_locale",
    "wagtailcore_page", "wagtailcore_pageviewrestriction", "wagtailcore_pageviewrestriction_groups",
    "wagtailcore_site", "wagtaildocs_document", "wagtailembeds_embed", "wagtailimages_image",
    "wagtailimages_rendition", "wagtailredirects_redirect",
}  # fmt: skip
#: Moments that change no public page by being reached: written by what happens, or done by the clock, which writes.
STILL = {
    "cache_until": "no page asks for an embed: it links to it",
    "announced_end": "ends_at is computed of it",
    "created_at": "past",
    "drawn_at": "the clock draws again, and the worker writes",
    "due_at": "nobody but staff sees it",
    "expire_at": "the clock unpublishes, and writes",
    "first_published_at": "shown, compared with nothing",
    "go_live_at": "the clock publishes, and writes",
    "last_published_at": "past",
    "last_updated": "past",
    "latest_revision_created_at": "past",
    "locked_at": "past",
    "taken_at": "orders galleries, compared with nothing",
    "session starts_at": "shown, compared with nothing",
    "session ends_at": "shown, compared with nothing",
}


def test_every_table_is_decided_on():
    """cache 8: decide whether a public page shows the rows of a new table (here) or never (site_cms.shelf.writes)."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}

    assert tables - NEVER_PUBLIC - PLACES == SHOWN
    assert (NEVER_PUBLIC | PLACES) - tables <= {"wagtailsearch_indexentry_fts"}  # on SQLite only


def test_columns_called_unread_exist():
    columns = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
    }

    assert {(table, name) for table, names in UNREAD.items() for name in names} <= columns


@pytest.fixture
def site(whole_site: Any, db: None) -> None:
    make_news(title="Un article", slug="un-article")
    make_resource(title="Un guide", slug="un-guide")
    make_event(title="Une rencontre", slug="une-rencontre")
    make_event(slug="ouverte", starts_at=timezone.now() + timedelta(days=30))


def test_public_pages_read_no_table_that_is_never_public(site, shelf, ask):
    with CaptureQueriesContext(connection) as captured:
        for address in PUBLIC:
            assert ask(address).status == 200
    sql = "\n".join(query["sql"] for query in captured.captured_queries)

    assert [table for table in sorted(NEVER_PUBLIC) if f'"{table}"' in sql] == []


def test_every_moment_of_a_table_that_is_shown_is_decided_on():
    """cache 10: a column of moments goes to site_cms.shelf.moments, or here with the reason."""
    shown = [model for model in apps.get_models() if model._meta.db_table in SHOWN]
    found = {
        (model, field.name)
        for model in shown
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.DateTimeField)
    }
    decided = set(MOMENTS)

    assert decided <= found
    assert {
        f"{model._meta.label}.{name}"
        for model, name in found - decided
        if name not in STILL and f"{model._meta.model_name} {name}" not in STILL
    } == set()
