"""Records of consent: the charter, each field shown to other members, the newsletter."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from directory.models import Agreement, Member, User
from directory.models.visibility import filled_fields, is_shown
from home.models import Consent

#: Change it with the sentence of the form: each agreement records the version that was accepted.
FIELDS_VERSION = "2026-11"
CHARTER = "La charte du réseau"
OWN_CARD = "ma fiche"
#: Labels of a card's fields, the same as in its form.
LABELS = {field.name: str(field.verbose_name) for field in Member._meta.fields} | {
    "themes": "thèmes"
}


def note_charter(user: User, *, version: str, source: str, at: datetime) -> None:
    Agreement.objects.create(
        user=user,
        subject=Agreement.CHARTER,
        given=True,
        text=CHARTER,
        text_version=version,
        source=source,
        at=at,
    )


def note_fields(member: Member, *, at: datetime) -> None:
    """Record each field that the member has just shown to other members or hidden. Unchanged fields add no row."""
    user = member.user
    if user is None:
        return
    filled = filled_fields(member)
    before = {
        row.subject: row.given for row in Agreement.objects.filter(user=user).order_by("at", "pk")
    }
    for name in member.optional_fields:
        shown = name in filled and is_shown(member.visibility, name)
        if shown == before.get(name, False):
            continue
        label = LABELS[name]
        Agreement.objects.create(
            user=user,
            subject=name,
            given=shown,
            text=f"Montrer aux autres membres\u00a0: {label}",
            text_version=FIELDS_VERSION,
            source=OWN_CARD,
            at=at,
        )


@dataclass(frozen=True)
class Decision:
    """A row of the table of consents shown to the member."""

    at: datetime
    text: str
    words: str
    version: str
    source: str


def decisions_of(user: User) -> list[Decision]:
    """Return all consents given and withdrawn by this user, newest first."""
    found = [*about_the_network(user), *about_the_letter(user)]
    return sorted(found, key=lambda decision: decision.at, reverse=True)


def about_the_network(user: User) -> Iterator[Decision]:
    for row in Agreement.objects.filter(user=user):
        words = "donné" if row.given else "retiré"
        yield Decision(row.at, row.text, words, row.text_version, row.source)


def about_the_letter(user: User) -> Iterator[Decision]:
    for row in Consent.objects.filter(subscriber__email__iexact=user.email):
        words = "donné" if row.confirmed_at else "donné, à confirmer par e-mail"
        yield Decision(row.given_at, "Recevoir la lettre", words, row.text_version, row.source)
        if row.left_at:
            source = row.left_source
            yield Decision(row.left_at, "Recevoir la lettre", "retiré", row.text_version, source)
