"""« Tous sauf 4, 11, 17 »: who did not sign, by the numbers of the printed sheet."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from events.check_in.records import SheetCount, Tap, record_sheet
from events.models import EventPage, Seat, SignInSheet
from events.models.dates import local
from events.models.enums import CheckInSource
from events.sheets.numbers import SheetLine, named_lines
from home.access import Account

#: Longer numbers are those of no sheet.
LONGEST_NUMBER = 4
BEGINNING = re.compile(r"^\s*tou(?:s|tes)\b[^0-9]*?\bsauf\b", re.IGNORECASE)
DASH = re.compile(r"\s*(?:[-\u2010-\u2015]|\bà\b)\s*")
SEPARATOR = re.compile(r"(?:[\s,;]|\bet\b)+")
PART = re.compile(r"(\d+)(?:-(\d+))?", re.ASCII)


class WrongNumbers(Exception):
    """The typed numbers are not those of people of the sheet. The message says each part that is wrong, in French."""


def numbers_in(typed: str, sheet: SignInSheet) -> set[int]:
    """Return the numbers that were typed, ranges included: « 4, 11-13 ». Raise `WrongNumbers` if one is wrong."""
    parts = [
        part for part in SEPARATOR.split(DASH.sub("-", BEGINNING.sub("", typed)).strip()) if part
    ]
    problems = [problem for part in parts if (problem := problem_of(part, sheet))]
    if problems:
        raise WrongNumbers(" ".join(problems))
    return {number for part in parts for number in range_of(part)}


def range_of(part: str) -> range:
    """Return the numbers of « 4 » or « 11-13 ». The part must be of this form."""
    found = PART.fullmatch(part)
    if found is None:
        raise WrongNumbers(f"«\u00a0{part}\u00a0» n’est pas un numéro.")
    first, last = found[1], found[2] or found[1]
    return range(int(first), int(last) + 1)


def problem_of(part: str, sheet: SignInSheet) -> str:
    found, last = PART.fullmatch(part), len(sheet.people)
    if found is None:
        return f"«\u00a0{part}\u00a0» n’est pas un numéro."
    if max(map(len, filter(None, found.groups()))) > LONGEST_NUMBER:
        return f"Le numéro {part} n’est pas sur cette feuille."
    numbers = range_of(part)
    if not numbers:
        return f"«\u00a0{part}\u00a0» va à l’envers\u00a0: écrivez le plus petit numéro d’abord."
    if numbers[0] >= 1 and numbers[-1] <= last:
        return ""
    if numbers[0] >= 1 and numbers[-1] <= last + sheet.blank_lines:
        return f"Le numéro {part} tombe sur une ligne libre\u00a0: les personnes inscrites vont de 1 à {last}."
    return f"Le numéro {part} n’est pas sur cette feuille, qui va de 1 à {last}."


@dataclass(frozen=True)
class SignatureReading:
    """The present and the absent of a signed sheet, before they are recorded."""

    present: Sequence[SheetLine]
    absent: Sequence[SheetLine]
    #: Those who have lost their place since the sheet was printed, or were erased: nothing is noted of them.
    gone: Sequence[SheetLine]
    #: Among those absent, those who had been ticked present.
    ticked: Sequence[SheetLine]

    @property
    def absent_keys(self) -> set[int]:
        return {key_of(line) for line in self.absent}

    @property
    def fingerprint(self) -> str:
        """Stand for what was shown, so that nothing else is recorded."""
        return "/".join(
            ",".join(str(line.number) for line in lines)
            for lines in (self.present, self.absent, self.gone)
        )


def key_of(line: SheetLine) -> int:
    return line.registration.pk if line.registration else 0


def read_signatures(sheet: SignInSheet, absent: set[int]) -> SignatureReading:
    """Tell those present from those absent. Two queries."""
    seats = {
        seat.registration_id: seat
        for seat in Seat.objects.confirmed().filter(session=sheet.session_id)
    }
    lines = named_lines(sheet)
    here = [line for line in lines if key_of(line) in seats]
    missing = [line for line in here if line.number in absent]
    return SignatureReading(
        present=[line for line in here if line.number not in absent],
        absent=missing,
        gone=[line for line in lines if key_of(line) not in seats],
        ticked=[line for line in missing if seats[key_of(line)].is_present],
    )


def has_begun(sheet: SignInSheet, event: EventPage, now: datetime) -> bool:
    """Return whether the day of the session has come: nobody has signed before."""
    starts_at = sheet.session.starts_at or event.starts_at
    return starts_at is not None and local(starts_at).date() <= local(now).date()


def record_signatures(
    *, sheet: SignInSheet, reading: SignatureReading, by: Account, now: datetime
) -> SheetCount:
    """Note as present the people of the sheet but those absent. Nothing is noted of people who registered after it was printed."""
    return record_sheet(
        session=sheet.session,
        absent=reading.absent_keys,
        among=set(sheet.people),
        tap=Tap(at=now, source=CheckInSource.SHEET, by=by),
        now=now,
    )
