"""One gesture that replaces an address on every page: published text and draft each keep being what they are."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.html import escape
from modelcluster.models import get_all_child_relations
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from home.access import Account
from home.models.links import AddressState, ExternalAddress, PageLink

HREF = re.compile(r'(href=")([^"]*)(")')
#: From an address as it was typed to the one that is written.
Change = Callable[[str], str]


@dataclass
class Replacement:
    """The number of pages done, and the titles of those that wait for somebody else."""

    count: int = 0
    left: list[str] = field(default_factory=list)


def replace_everywhere(*, address: ExternalAddress, by: Account) -> Replacement:
    """Replace an address that has moved on the published pages that link to it, and in their drafts.

    Left alone: pages that this person may not publish, that are locked, in moderation, or scheduled.
    """
    done = Replacement()
    if address.state != AddressState.MOVED:
        return done
    keys = PageLink.objects.filter(external=address, page__live=True).values("page")
    for page in Page.objects.filter(pk__in=keys).order_by("title").specific():
        if is_busy(page, by):
            done.left.append(page.title)
            continue
        with transaction.atomic():
            replace_on(page, change_of(address.address, address.new_address), by)
        done.count += 1
    return done


def is_busy(page: Any, by: Account) -> bool:
    rights = page.permissions_for_user(by)
    return bool(
        not rights.can_publish()
        or rights.page_locked()
        or page.workflow_in_progress
        or page.scheduled_revision
    )


def replace_on(page: Any, change: Change, by: Account) -> None:
    """Publish the page with the change. A draft that was beside it stays one, after it."""
    draft = page.latest_revision if page.has_unpublished_changes else None
    change_texts(page, change)
    # Not cleaned again: an old page may lack what is asked for today.
    page.save_revision(user=by, log_action=True, clean=False).publish(user=by)
    if draft is not None:
        later = draft.as_object()
        change_texts(later, change)
        later.save_revision(user=by, log_action=True, clean=False)


def change_of(old: str, new: str) -> Change:
    """Return a function of an address as it was typed: the new one if it is the old one, whose `#part` is kept."""

    def change(typed: str) -> str:
        plain, mark, part = typed.strip().partition("#")
        return f"{new}{mark}{part}" if plain == old else typed

    return change


def change_texts(page: Any, change: Change) -> None:
    """Change the addresses in the fields of a page and of its child rows, unsaved."""
    change_fields(page, change)
    for relation in get_all_child_relations(page):
        manager = getattr(page, relation.get_accessor_name())
        rows = list(manager.all())
        changed = [row for row in rows if change_fields(row, change)]
        if changed:
            manager.set(rows)


def change_fields(row: Any, change: Change) -> bool:
    """Change the fields of a row. Return whether one was."""
    has_changed = False
    for one in row._meta.concrete_fields:
        before = one.value_from_object(row)
        if isinstance(one, StreamField):
            raw = list(before.raw_data)
            after = changed_block(raw, change)
            value = one.to_python(json.dumps(after)) if after != raw else before
        elif isinstance(one, RichTextField):
            value = changed_text(before or "", change)
        elif one.name in getattr(row, "link_fields", ()):
            value = change(before)
        else:
            continue
        if value is not before and value != before:
            setattr(row, one.name, value)
            has_changed = True
    return has_changed


def changed_block(raw: Any, change: Change) -> Any:
    """Return the stored value of blocks with changed addresses."""
    if isinstance(raw, dict):
        return {name: changed_block(value, change) for name, value in raw.items()}
    if isinstance(raw, list):
        return [changed_block(value, change) for value in raw]
    return changed_text(change(raw), change) if isinstance(raw, str) else raw


def changed_text(html: str, change: Change) -> str:
    """Return a rich text with changed addresses."""

    def changed(match: re.Match[str]) -> str:
        typed = match[2].replace("&amp;", "&")
        after = change(typed)
        return f"{match[1]}{escape(after)}{match[3]}" if after != typed else match[0]

    return HREF.sub(changed, html)
