"""Membership and view restrictions: the access rules used by every list, search, feed and view.

Those who may change or publish a page or a document in the back office also read it on the site.

A visitor's groups and restrictions are cached on the user object, which lives as long as the request. Load a fresh
user after changing groups or restrictions.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet, Value
from django.http import HttpRequest
from wagtail.models import (
    BaseViewRestriction,
    Collection,
    CollectionViewRestriction,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    PageViewRestriction,
)
from wagtail.query import PageQuerySet

MEMBERS_GROUP = "Membres du réseau"
#: Collection of the documents that only members may download.
PRIVATE_COLLECTION = "Espace membres"

#: Staff groups that `release` makes.
EDITORS_GROUP = "Éditeurs"
AUTHORS_GROUP = "Rédaction"
ANIMATION_GROUP = "Animation"
#: Groups that code finds by name: renaming one would take away its members' rights.
NEEDED_GROUPS = frozenset({MEMBERS_GROUP, EDITORS_GROUP, AUTHORS_GROUP, ANIMATION_GROUP})

#: E-mail suffix of the nightly check's accounts. `.invalid` never receives mail (RFC 2606).
WATCHERS = "@sentinelle.invalid"

if TYPE_CHECKING:
    # django-stubs resolves this name to the model of AUTH_USER_MODEL, which this app may not import.
    from django.contrib.auth.models import _User
else:
    _User = AbstractBaseUser

View = TypeVar("View", bound=Callable[..., Any])

#: A user with an account.
Account: TypeAlias = _User
Visitor = Account | AnonymousUser
#: Attributes of the user object that cache groups, restrictions and edited branches.
GROUPS, RESTRICTIONS, EDITED = "_groups_read", "_restrictions_read", "_edited_read"
#: Path of a page or collection → key of a restriction → its type and the groups that it lets in.
Restrictions = dict[str, dict[int, tuple[str, set[int | None]]]]


class AccountRequest(HttpRequest):
    """A request of a logged-in user, checked before the view by the members' section or the back office."""

    user: Account


def is_member(user: Visitor) -> bool:
    """Return whether the user is in the members' group."""
    return MEMBERS_GROUP in groups_of(user).values()


def is_only_member(user: Visitor) -> bool:
    """Return whether the user's only group is the members' group, so that no permission query is needed."""
    return set(groups_of(user).values()) == {MEMBERS_GROUP} and not user.is_superuser


def is_watcher(user: Visitor) -> bool:
    """Return whether this is an account of the nightly privacy check, not a person."""
    return user.is_authenticated and user.email.endswith(WATCHERS)


def groups_of(user: Visitor) -> dict[int, str]:
    """Return the user's groups as {pk: name}; empty for anonymous and inactive users."""
    if not user.is_authenticated or not user.is_active:
        return {}
    known: dict[int, str] | None = getattr(user, GROUPS, None)
    return read_groups(user) if known is None else known


def read_groups(user: Account) -> dict[int, str]:
    """Read the groups from the database, active user or not, and cache them for `groups_of`."""
    groups = dict(user.groups.values_list("pk", "name"))
    setattr(user, GROUPS, groups)
    return groups


def for_any_account(view: View) -> View:
    """Decorate a view of one's own data in the members' section: everybody with an account enters, member or not."""
    vars(view)["is_for_any_account"] = True
    return view


def may_read_own_data(user: Visitor, view: Any) -> bool:
    """Return whether this view of the members' section shows the user's own data."""
    return user.is_authenticated and getattr(view, "is_for_any_account", False)


def visible_to(user: Visitor, pages: PageQuerySet | None = None) -> PageQuerySet:
    """Filter `pages` (default: all) to the live ones that the user may read. `AnonymousUser()` is the public."""
    queryset = (Page.objects.all() if pages is None else pages).live()
    for path in closed_branches(user):
        # An alias is as private as its source page, wherever it is in the tree.
        queryset = queryset.exclude(_inside("path", path, but=edited_branches(user)))
        queryset = queryset.exclude(_inside("alias_of__path", path, but=edited_branches(user)))
    return queryset


def _inside(lookup: str, path: str, *, but: Iterable[str]) -> Q:
    inside = Q(**{f"{lookup}__startswith": path})
    for edited in but:
        if edited.startswith(path):
            inside &= ~Q(**{f"{lookup}__startswith": edited})
    return inside


def reading_rights(user: Visitor) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what decides which pages `visible_to` leaves to the user: two visitors with the same value see the same."""
    return tuple(closed_branches(user)), tuple(edited_branches(user))


def may_enter(user: Visitor, page: Page) -> bool:
    """Return whether the user may read the page, as its reader or its editor. Does not check that it is live."""
    if not is_below(page, closed_branches(user)):
        return True
    edited = edited_branches(user)
    shown = [page, page.alias_of] if page.alias_of_id else [page]
    return bool(edited) and all(one.path.startswith(tuple(edited)) for one in shown)


def edits(user: Visitor, page: Page) -> bool:
    """Return whether the user may change or publish the page in the back office (Wagtail's permissions of groups)."""
    if user.is_authenticated and user.is_active and user.is_superuser:
        return True
    return page.path.startswith(tuple(edited_branches(user)))


def reads_as_team(user: Visitor, page: Page) -> bool:
    """Return whether the page is open to the user only because they edit it."""
    if not user.is_authenticated or not is_below(page, _restricted_to_others(user, "page")):
        return False
    return may_enter(user, page)


def is_restricted(user: Visitor, page: Page) -> bool:
    """Return whether the page has a view restriction, own or inherited, for anyone.

    Reuses the restrictions cached on `user`: at most one query per request.
    """
    return is_below(page, _restrictions(user, "page").keys())


def is_below(page: Page, paths: Iterable[str]) -> bool:
    shown = [page, page.alias_of] if page.alias_of_id else [page]
    return any(one.path.startswith(path) for one in shown for path in paths)


def visible_documents(user: Visitor, documents: QuerySet) -> QuerySet:
    """Filter `documents` to those the user may download, from the restrictions of their collections and ancestors."""
    for path in closed_collections(user):
        documents = documents.exclude(collection__path__startswith=path)
    return documents


def may_download(user: Visitor, document: Any) -> bool:
    """Return whether the user may download the document. Reads `document.collection`: use `select_related`."""
    path = document.collection.path
    return not any(path.startswith(closed) for closed in closed_collections(user))


def is_members_collection(collection: Collection) -> bool:
    """Return whether this is the collection that `release` makes for the documents of the members' section."""
    return collection.depth == 2 and collection.name == PRIVATE_COLLECTION  # a child of the root


def closed_branches(user: Visitor) -> list[str]:
    """Return the tree paths of the restricted pages that the user may not see, descendants included.

    Pages edited below one of them are still open: ask `may_enter`, or filter with `visible_to`.
    """
    return _closed(user, "page")


def closed_collections(user: Visitor) -> list[str]:
    """Return the tree paths of the collections whose documents the user may not download."""
    return _closed(user, "collection")


def edited_branches(user: Visitor) -> list[str]:
    """Return the tree paths below which the user's groups may change or publish pages."""
    return _edited(user, "page")


def _closed(user: Visitor, what: str) -> list[str]:
    if user.is_authenticated and user.is_active and user.is_superuser:
        return []
    edited = tuple(_edited(user, what))
    return [path for path in _restricted_to_others(user, what) if not path.startswith(edited)]


def _restricted_to_others(user: Visitor, what: str) -> list[str]:
    return sorted(
        path
        for path, rows in _restrictions(user, what).items()
        if not all(_accepts(user, kind, groups) for kind, groups in rows.values())
    )


def _edited(user: Visitor, what: str) -> list[str]:
    """Return the paths that the user's groups edit. One query per request reads both, none for members and the public."""
    others = [key for key, name in groups_of(user).items() if name != MEMBERS_GROUP]
    if not others:
        return []
    known: dict[str, list[str]] | None = getattr(user, EDITED, None)
    if known is None:
        pages = GroupPagePermission.objects.filter(
            group__in=others, permission__codename__in=["change_page", "publish_page"]
        )
        files = GroupCollectionPermission.objects.filter(
            group__in=others, permission__codename="change_document"
        )
        rows = pages.values_list(Value("page"), "page__path").union(
            files.values_list(Value("collection"), "collection__path")
        )
        known = {"page": [], "collection": []}
        for on, path in rows:
            known[on].append(path)
        setattr(user, EDITED, known)
    return known[what]


def _restrictions(user: Visitor, what: str) -> Restrictions:
    """Return the restrictions on pages (`what="page"`) or collections (`what="collection"`).

    One query per user reads both, because a page with a document needs both.
    """
    known: dict[str, Restrictions] | None = getattr(user, RESTRICTIONS, None)
    if known is None:
        known = read_restrictions()
        setattr(user, RESTRICTIONS, known)
    return known[what]


def prime_restrictions(user: Visitor, restrictions: dict[str, Restrictions]) -> None:
    """Give a visitor the restrictions that another one has read (`read_restrictions`)."""
    setattr(user, RESTRICTIONS, restrictions)


def read_restrictions() -> dict[str, Restrictions]:
    read: dict[str, Restrictions] = {"page": defaultdict(dict), "collection": defaultdict(dict)}
    rows = _rows(PageViewRestriction, "page").union(
        _rows(CollectionViewRestriction, "collection"), all=True
    )
    for on, path, key, kind, group in rows:
        read[on][path].setdefault(key, (kind, set()))[1].add(group)
    return read


def _rows(model: type[BaseViewRestriction], on: str) -> QuerySet:
    in_force = model._default_manager.exclude(restriction_type=BaseViewRestriction.NONE)
    return in_force.values_list(Value(on), f"{on}__path", "pk", "restriction_type", "groups")


def _accepts(user: Visitor, kind: str, allowed: set[int | None]) -> bool:
    """Apply Wagtail's `accept_request` without a request. Shared passwords are disabled on this site."""
    if not user.is_authenticated or not user.is_active:
        return False
    if kind == BaseViewRestriction.LOGIN:
        return True
    return bool(allowed & groups_of(user).keys())
