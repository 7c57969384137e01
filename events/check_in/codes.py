"""Codes of confirmations, read by a camera or typed: they find a person on the list of one event, and change nothing."""

import re
from collections.abc import Iterable

from events.models import EventPage, Registration
from events.models.registration import CODE_LETTERS

#: Text of the QR code: the key of the event, then the code.
QR = re.compile(r"\AACCUEIL:(\d+):([0-9A-Z]+)\Z")
TYPED = re.compile(rf"\A[{CODE_LETTERS}]{{4}}[ -]?[{CODE_LETTERS}]{{3}}[0-9]\Z")
#: Letters that are read wrongly, as what they are taken for.
MISREAD = str.maketrans("ILO", "110")

OTHER_EVENT = "Ce code est celui d’un autre événement\u00a0: rien n’est noté. Cherchez le nom."
CANCELLED = "Cette inscription est annulée\u00a0: rien n’est noté. Si la personne est là, ajoutez-la comme arrivée sur place."
PERSONAL_LINK = (
    "C’est le lien personnel de son message, pas le code d’accueil\u00a0: rien n’est noté, et le lien n’est pas ouvert. "
    "Cherchez le nom."
)
UNKNOWN = "Ce code n’est pas celui d’une inscription à cet événement\u00a0: rien n’est noté. Cherchez le nom."


class WrongCode(Exception):
    """It is no code of somebody who is expected; `str()` gives the reason as a sentence."""


def code_in(text: str, event: EventPage) -> str:
    """Return the code in what was typed or scanned, or an empty string if it is a name. Raise `WrongCode`."""
    text = text.strip()
    if "://" in text:
        raise WrongCode(PERSONAL_LINK if "/inscriptions/" in text else UNKNOWN)
    scanned = QR.match(text)
    if scanned:
        if int(scanned[1]) != event.pk:
            raise WrongCode(OTHER_EVENT)
        return scanned[2]
    typed = text.upper()
    if typed[-1:].isdigit():  # no name is
        typed = typed.translate(MISREAD)
    return re.sub(r"[ -]", "", typed) if TYPED.match(typed) else ""


def person_with(code: str, expected: Iterable[Registration], event: EventPage) -> Registration:
    """Return the person of this code among those expected, or raise `WrongCode`."""
    for one in expected:
        if one.door_code == code:
            return one
    gone = event.registrations.exclude(state=Registration.State.ACTIVE)
    if any(one.door_code == code for one in gone.only("uuid")):
        raise WrongCode(CANCELLED)
    raise WrongCode(UNKNOWN)
