"""The screen that asks once before an act writes to somebody: what happens, and the letters as they will leave.

The act itself is done and undone (`outbox.rehearse`), so the letters are those that leave, and a refusal comes first.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from home.forms.fields import PlainParagraphsField
from home.mail import outbox
from home.models import OutgoingEmail
from home.responses import private

#: Letters shown in full; the others are counted.
SHOWN = 5
NOT_SHOWN = "Non affiché\u00a0: ce message contient un code ou un lien personnel, ou son texte a été effacé."
#: The token of a personal link. Addresses of pages have no capitals.
TOKEN = re.compile(r"(?<=[/=])(?=[^/\s]*[A-Z])[\w:.=-]{20,}")


@dataclass(frozen=True)
class Letter:
    recipient: str
    subject: str
    text: str


class WordForm(forms.Form):
    """A word that staff may add to the letter."""

    word: forms.CharField = PlainParagraphsField(
        label="Un mot à ajouter à la lettre",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    #: Text in the letter until a required word is written.
    to_write: dict[str, str] = {}

    def words(self) -> dict[str, str]:
        """Return what is typed so far, for the letter's preview: it need not be valid."""
        typed = {name: self[name].value() or "" for name in self.fields}
        return {name: value.strip() or self.to_write.get(name, "") for name, value in typed.items()}


def letters_of(act: Callable[[], Any]) -> list[Letter]:
    """Return the letters that the act would send, without personal links, which are their recipients' alone."""
    return [letter_in(row) for row in outbox.rehearse(act)]


def letter_in(row: OutgoingEmail) -> Letter:
    """Return a letter to write, or an old one to send again: of those, secret ones are for their recipient alone."""
    is_old = row.state == OutgoingEmail.State.FAILED
    if row.blanked_at or (is_old and row.secret):
        return Letter(row.recipient, row.subject, NOT_SHOWN)
    return Letter(row.recipient, row.subject, TOKEN.sub("…", row.text))


def show_confirmation(  # noqa: PLR0913 -- the words of a screen
    request: HttpRequest,
    *,
    label: str,
    about: Any,
    explanation: str,
    letters: Sequence[Letter],
    back: str,
    others: int = 0,
    form: WordForm | None = None,
    icon: str = "mail",
    hidden: Mapping[str, str] | None = None,
) -> HttpResponse:
    context = {
        "label": label,
        "about": about,
        "explanation": explanation,
        "letters": letters[:SHOWN],
        "others": others + max(0, len(letters) - SHOWN),
        "back": back,
        "form": form,
        "icon": icon,
        "hidden": dict(hidden or {}).items(),
    }
    return private(render(request, "home/admin/confirm_action.html", context))
