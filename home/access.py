"""Who is a member, and what a visitor may see: the one answer that every list, search, feed and view asks.

What is read of a visitor (their groups, the branches closed to them) is kept on the user object, which lives as long
as a request. Ask again with a fresh object after changing groups or restrictions.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet, Value
from wagtail.models import (
    BaseViewRestriction,
    CollectionViewRestriction,
    Page,
    PageViewRestriction,
)
from wagtail.query import PageQuerySet

MEMBERS_GROUP = "Membres du réseau"

#: The accounts of the nightly check end so: nothing is ever delivered to such an address (RFC 2606).
WATCHERS = "@sentinelle.invalid"

Visitor = AbstractBaseUser | AnonymousUser
#: By path of the page or collection, then by key: the kind of restriction and the groups that it lets in.
Restrictions = dict[str, dict[int, tuple[str, set[int | None]]]]


def is_member(user: Any) -> bool:
    """Whether this visitor is in the members' group now."""
    return MEMBERS_GROUP in groups_of(user).values()


def is_only_member(user: Any) -> bool:
    """Whether this visitor is a member and nothing else: no permission needs to be asked for."""
    return set(groups_of(user).values()) == {MEMBERS_GROUP} and not user.is_superuser


def is_watcher(user: Any) -> bool:
    """Whether this is the nightly check, which looks at everything and is nobody."""
    return user.is_authenticated and user.email.endswith(WATCHERS)


def groups_of(user: Any) -> dict[int, str]:
    """The names of the visitor's groups by key; none for who is not logged in or no longer active."""
    if not user.is_authenticated or not user.is_active:
        return {}
    if not hasattr(user, "_groups_read"):
        read_groups(user)
    return user._groups_read


def read_groups(user: Any) -> dict[int, str]:
    """The same, read afresh and kept for who asks `groups_of` afterwards; whether active or not."""
    user._groups_read = dict(user.groups.values_list("pk", "name"))
    return user._groups_read


def visible_to(user: Any, pages: PageQuerySet | None = None) -> PageQuerySet:
    """The live pages of `pages` (all when None) that this visitor may read. `AnonymousUser()` is the public."""
    queryset = (Page.objects.all() if pages is None else pages).live()
    for path in closed_branches(user):
        # An alias, wherever it stands, is as private as the page that it shows.
        queryset = queryset.exclude(path__startswith=path).exclude(alias_of__path__startswith=path)
    return queryset


def may_enter(user: Any, page: Page) -> bool:
    """Whether no restriction stands between this visitor and the page, live or not."""
    return not is_below(page, closed_branches(user))


def is_restricted(user: Any, page: Page) -> bool:
    """Whether the page is closed to anybody at all, whoever asks. Costs this visitor's one query, no other."""
    return is_below(page, _restrictions(user, "page").keys())


def is_below(page: Page, paths: Iterable[str]) -> bool:
    shown = [page, page.alias_of] if page.alias_of_id else [page]
    return any(one.path.startswith(path) for one in shown for path in paths)


def visible_documents(user: Any, documents: QuerySet) -> QuerySet:
    """Those of `documents` that this visitor may download: each asks its collection, and those above it."""
    for path in closed_collections(user):
        documents = documents.exclude(collection__path__startswith=path)
    return documents


def may_download(user: Any, document: Any) -> bool:
    """Whether this visitor may have the document. Its collection should come with it (`select_related`)."""
    path = document.collection.path
    return not any(path.startswith(closed) for closed in closed_collections(user))


def closed_branches(user: Any) -> list[str]:
    """The paths of the pages below which this visitor may see nothing."""
    return _closed(user, "page")


def closed_collections(user: Any) -> list[str]:
    """The paths of the collections whose documents this visitor may not have."""
    return _closed(user, "collection")


def _closed(user: Any, what: str) -> list[str]:
    return sorted(
        path
        for path, rows in _restrictions(user, what).items()
        if not all(_accepts(user, kind, groups) for kind, groups in rows.values())
    )


def _restrictions(user: Any, what: str) -> Restrictions:
    """Those in force on pages, or on collections, by path: kind and groups of each.

    One query for each visitor reads both: a page with a document to download asks for both.
    """
    if not hasattr(user, "_restrictions_read"):
        read: dict[str, Restrictions] = {"page": defaultdict(dict), "collection": defaultdict(dict)}
        rows = _rows(PageViewRestriction, "page").union(
            _rows(CollectionViewRestriction, "collection"), all=True
        )
        for on, path, key, kind, group in rows:
            read[on][path].setdefault(key, (kind, set()))[1].add(group)
        user._restrictions_read = read
    return user._restrictions_read[what]


def _rows(model: type[BaseViewRestriction], on: str) -> QuerySet:
    in_force = model._default_manager.exclude(restriction_type=BaseViewRestriction.NONE)
    return in_force.values_list(Value(on), f"{on}__path", "pk", "restriction_type", "groups")


def _accepts(user: Any, kind: str, allowed: set[int | None]) -> bool:
    """Wagtail's own rule, without a request: shared passwords are switched off."""
    if not user.is_authenticated or not user.is_active:
        return False
    if user.is_superuser or kind == BaseViewRestriction.LOGIN:
        return True
    return bool(allowed & groups_of(user).keys())
