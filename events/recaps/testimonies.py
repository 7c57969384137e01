"""Sentences of those who came, quoted in recaps, and taken out of pages when their author withdraws them."""

from datetime import datetime
from typing import Any

from django.utils.html import escape, strip_tags
from wagtail.blocks.stream_block import StreamValue
from wagtail.models import Page

from events.models import RecapPage, Registration, Testimony
from events.recaps.notes import with_notes
from home.access import Account
from home.french import fold, long_date
from home.page_import.notes import Block
from home.privacy.page_content import take_out_of_page


def quote(*, testimony: Testimony, recap: RecapPage, text: str, by: Account) -> None:
    """Put the sentence in the latest draft of a recap, as a quotation before its lessons, and note the words quoted."""
    testimony.quoted = text
    testimony.save(update_fields=["quoted"])
    draft: Any = recap.get_latest_revision_as_object()
    body = without(list(draft.body.raw_data), testimony)
    draft.body = with_notes(body, [block_of(testimony)])
    draft.save_revision(user=by, log_action=True, changed=True)


def block_of(testimony: Testimony) -> Block:
    name, role = testimony.signature
    day = long_date(testimony.given_at, weekday=False)
    value = {
        "introduction": "",
        "text": f"<p>{escape(testimony.quoted)}</p>",
        "author": name,
        "role": role,
        "source": f"recueilli le {day}",
    }
    return {"type": "quote", "value": value, "id": str(testimony.uuid)}


def is_quoted_in(testimony: Testimony, page: Page) -> bool:
    body = getattr(page, "body", None)
    return isinstance(body, StreamValue) and any(
        shows(block, testimony) for block in body.get_prep_value()
    )


def withdraw(*, testimony: Testimony, now: datetime) -> None:
    """Take the sentence out of every page and draft, for its author. It can be quoted no more."""
    if testimony.withdrawn_at:
        return
    if testimony.quoted:
        for page in Page.objects.specific():
            take_out_of_page(page, lambda one: lose(one, testimony), by=None)
    testimony.text, testimony.quoted, testimony.name, testimony.role = "", "", "", ""
    testimony.withdrawn_at = now
    testimony.save()


def forget(*, registration: Registration) -> None:
    """Forget who gave a sentence, when a registration's data have expired: what a recap quotes stays, as agreed."""
    given = Testimony.objects.filter(registration=registration)
    given.filter(quoted="").delete()
    given.update(name="", role="")


def lose(page: Page, testimony: Testimony) -> bool:
    """Take the quotation out of the body of this page. Return whether it was there."""
    body = getattr(page, "body", None)
    if not isinstance(body, StreamValue):
        return False
    stored = body.get_prep_value()
    kept = without(stored, testimony)
    if len(kept) == len(stored):
        return False
    page.body = body.stream_block.to_python(kept)
    return True


def without(stored: list[Any], testimony: Testimony) -> list[Any]:
    return [block for block in stored if not shows(block, testimony)]


def shows(block: Any, testimony: Testimony) -> bool:
    """Whether a stored block is this quotation, or a copy of it, which has another identifier."""
    if block["type"] != "quote":
        return False
    if block.get("id") == str(testimony.uuid):
        return True
    words = {fold(one).strip() for one in (testimony.text, testimony.quoted) if one}
    return fold(strip_tags(block["value"].get("text", ""))).strip() in words
