"""Which statements change a public page: every write is seen on the database connection itself.

A table that nobody has decided on counts as public (tests/site_cms/shelf/test_tables.py lists all), so nothing that a
developer forgets leaves an old page. Tables of people and of work behind the pages are listed here.
"""

import re
from collections.abc import Callable
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.base.base import BaseDatabaseWrapper

from events.registration.event_lock import PlacesWatch
from site_cms.shelf.generations import change

#: Tables without anything that a public page shows.
NEVER_PUBLIC = frozenset(
    {
        # Accounts
        "account_emailaddress", "account_emailconfirmation", "auth_group", "auth_group_permissions",
        "auth_permission", "directory_user", "directory_user_groups", "directory_user_user_permissions",
        "django_session", "mfa_authenticator", "usersessions_usersession", "wagtailusers_userprofile",
        # The members' section
        "directory_agreement", "directory_bookmark", "directory_card", "directory_card_themes",
        "directory_cardopenings", "directory_colleagueinvitation", "directory_contactblock",
        "directory_contactmessage", "directory_departure", "directory_invitationdownload", "directory_joinrequest",
        "directory_member", "directory_memberimport", "directory_organisation", "directory_suppression",
        # Messages, registrations but for places
        "events_answerfile", "events_caterernotice", "events_certificate", "events_calendarsubscription", "events_checkin",
        "events_door", "events_eventchange", "events_groupmessage", "events_sheetphoto", "events_signinsheet",
        "events_feedback", "events_testimony", "events_thanks",
        "events_registrationlogentry", "home_consent", "home_outgoingemail", "home_subscriber",
        # Work of the team and of the site itself
        "django_tasks_database_dbtaskresult", "home_emptysearch", "home_externaladdress", "home_freshnesscheck",
        "home_heartbeat", "home_pageanchor", "home_pagelack", "home_pagelink", "home_pagereview", "home_privacycheck",
        "home_visitcount", "home_yearfigures", "taggit_tag",
        "taggit_taggeditem", "wagtailadmin_admin", "wagtailadmin_editingsession", "wagtailadmin_formstate",
        "wagtailcore_comment", "wagtailcore_commentreply", "wagtailcore_groupapprovaltask",
        "wagtailcore_groupapprovaltask_groups", "wagtailcore_groupcollectionpermission",
        "wagtailcore_grouppagepermission", "wagtailcore_groupsitepermission", "wagtailcore_modellogentry",
        "wagtailcore_pagelogentry", "wagtailcore_pagesubscription", "wagtailcore_referenceindex",
        "wagtailcore_revision", "wagtailcore_task", "wagtailcore_taskstate", "wagtailcore_uploadedfile",
        "wagtailcore_workflow", "wagtailcore_workflowcontenttype", "wagtailcore_workflowpage",
        "wagtailcore_workflowstate", "wagtailcore_workflowtask", "wagtailforms_formsubmission",
        # Search: results are never kept
        "home_searchentry", "wagtailsearch_indexentry", "wagtailsearch_indexentry_fts",
    }
)  # fmt: skip
#: Tables of which pages show places only. The event's lock watches them (events.registration.event_lock).
PLACES = frozenset({"events_registration", "events_seat"})
#: Columns that no public page reads, of tables that are public otherwise. An editor's draft is saved every half second.
UNREAD = {
    "wagtailcore_page": frozenset(
        {
            "draft_title", "has_unpublished_changes", "latest_revision_created_at", "latest_revision_id", "locked",
            "locked_at", "locked_by_id", "owner_id",
        }
    ),
    "events_registration": frozenset({"answers", "changed_at", "told_later", "user_id"}),
}  # fmt: skip
#: Tables whose new rows nothing names yet.
UNSEEN_WHEN_NEW = frozenset({"home_sitedocument", "home_siteimage"})

#: First words of statements that write nothing.
READING = frozenset(
    {
        "ANALYZE", "BEGIN", "CLOSE", "COMMIT", "DECLARE", "EXPLAIN", "FETCH", "LOCK", "PRAGMA", "RELEASE", "ROLLBACK",
        "SAVEPOINT", "SELECT", "SET", "SHOW", "START", "VACUUM", "VALUES",
    }
)  # fmt: skip
COMMENT = re.compile(r"/\*.*?\*/|--[^\n]*", re.DOTALL)
FIRST_WORD = re.compile(r"[\s(]*([a-z]+)", re.IGNORECASE)
WRITTEN_TABLE = re.compile(
    r"\b(INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|MERGE\s+INTO|DELETE\s+FROM|(?<!FOR )(?<!DO )UPDATE(?:\s+OR\s+\w+)?)"
    r'\s+(?:ONLY\s+)?(?:"?\w+"?\s*\.\s*)?"?(\w+)',
    re.IGNORECASE,
)
TABLES_FOLLOW = frozenset({"DELETE", "INSERT", "MERGE", "REPLACE", "UPDATE", "WITH"})
ASSIGNMENT = re.compile(r'"(\w+)" = (?:%s|NULL|\d+)')
SET = re.compile(r'UPDATE "\w+" SET (.*?)(?: WHERE .*)?', re.DOTALL)


def written_tables(sql: str) -> set[str]:
    """Return the tables that a statement may change for the public; "" stands for one that is not known."""
    if "--" in sql or "/*" in sql:
        sql = COMMENT.sub(" ", sql)
    first = FIRST_WORD.match(sql)
    verb = first[1].upper() if first else ""
    if ";" in sql.rstrip("; \n"):
        return {""}  # several statements
    if verb in READING:
        return set()
    found = [(match[1].upper(), match[2].lower()) for match in WRITTEN_TABLE.finditer(sql)]
    if verb not in TABLES_FOLLOW or not (found or verb == "WITH"):
        return {""}
    return {
        table for act, table in found if not (act.startswith("INSERT") and table in UNSEEN_WHEN_NEW)
    } - {table for act, table in found if act == "UPDATE" and sets_unread_columns(sql, table)}


def sets_unread_columns(sql: str, table: str) -> bool:
    """Whether an UPDATE, in the form of Django's own, sets nothing that a public page reads."""
    plain = SET.fullmatch(sql) if table in UNREAD else None
    found = [ASSIGNMENT.fullmatch(part) for part in plain[1].split(", ")] if plain else [None]
    return all(one is not None and one[1] in UNREAD[table] for one in found)


class ConnectionWatch:
    """Notes the public writes of a connection, and begins another generation when they are committed. Installed on each connection as it is opened.

    This is done by the commit itself, not by a function of `on_commit`, which is lost when a savepoint is rolled back or an earlier
    function raises. After a rollback, the next commit begins a generation for nothing.
    """

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self.public = self.places = False
        self.run_hooks: Callable[[], None] = connection.run_and_clear_commit_hooks

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: Any,
        params: Any,
        many: bool,
        context: dict[str, Any],
    ) -> Any:
        result = execute(sql, params, many, context)
        tables = written_tables(sql) if isinstance(sql, str) else {""}
        if tables and not changed_no_row(sql, context):
            self.public |= bool(tables - NEVER_PUBLIC - PLACES)
            self.places |= bool(tables & PLACES)
            if not self.connection.in_atomic_block and self.connection.get_autocommit():
                self.tell()
        return result

    def committed(self) -> None:
        self.tell()
        self.run_hooks()

    def tell(self) -> None:
        is_public = self.public or (self.places and not self.is_place_watched())
        self.public = self.places = False
        if is_public:
            change()

    def is_place_watched(self) -> bool:
        return any(isinstance(hook[1], PlacesWatch) for hook in self.connection.run_on_commit)


def changed_no_row(sql: Any, context: dict[str, Any]) -> bool:
    """Whether an UPDATE or DELETE found nothing. Of other statements, the number of rows is not always known."""
    plain = isinstance(sql, str) and sql.startswith(("UPDATE", "DELETE")) and "RETURNING" not in sql
    return plain and context["cursor"].rowcount == 0


def watch(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Receiver of `connection_created`."""
    if connection.alias != DEFAULT_DB_ALIAS or any(
        isinstance(wrapper, ConnectionWatch) for wrapper in connection.execute_wrappers
    ):
        return
    watcher = ConnectionWatch(connection)
    connection.execute_wrappers.insert(0, watcher)
    vars(connection)["run_and_clear_commit_hooks"] = watcher.committed
