"""Entries that a telephone sends, noted while it had no network. Each is answered on its own."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from events.check_in.forms import WalkInForm
from events.check_in.guests import already_present
from events.check_in.records import OtherEvent, Tap, record_check_in, undo_check_in
from events.check_in.walk_ins import WalkIn, admit
from events.models import CheckIn, Door, Registration, Session
from events.models.enums import CheckInKind, CheckInSource
from events.registration.answers import Answers
from events.registration.refusals import Refusal

#: A clock that differs by less is not corrected: the order of a telephone's own entries matters more.
CLOCK_DIFFERS = timedelta(minutes=2)
LONGEST_DEVICE = 40
#: Entries of one request. A telephone sends the others in the next one.
MOST = 100


class Unreadable(Refusal):
    sentence = "Ce pointage est illisible\u00a0: rien n’est noté. Pointez de nouveau la personne."


class NotOnTheList(Refusal):
    sentence = "Cette personne n’est pas sur la liste de cet événement\u00a0: rien n’est noté."


class WrongWalkIn(Refusal):
    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class Sending:
    """One request of a telephone, with what its clock says now."""

    def __init__(self, door: Door, data: Mapping[str, Any], now: datetime) -> None:
        self.door, self.now = door, now
        self.device = str(data.get("device", ""))[:LONGEST_DEVICE]
        shown = moment(data.get("now"))
        differs = now - shown if shown else timedelta()
        minutes = timedelta(minutes=round(differs / timedelta(minutes=1)))
        self.shift = minutes if abs(differs) > CLOCK_DIFFERS else timedelta()

    def answer(self, entry: Any) -> dict[str, str]:
        """Record one entry in its own transaction. `refused` is a sentence; an entry with it is not sent again.

        `known` says that the person was there already, by another telephone.
        """
        data = entry if isinstance(entry, dict) else {}
        answer = {"uuid": str(data.get("uuid", ""))}
        try:
            counts = self.record(data)
        except Refusal as refusal:
            return answer | {"refused": str(refusal)}
        if counts and counts.device != self.device:
            return answer | {"known": already_present(counts.at, counts.device)}
        return answer

    def record(self, entry: Mapping[str, Any]) -> CheckIn | None:
        tap = Tap(
            self.at(entry),
            CheckInSource.DOOR,
            self.device,
            uuid=uuid_in(entry, "uuid"),
        )
        session = self.session(entry)
        if entry.get("kind") == "walk_in":
            walk_in = WalkIn(uuid_in(entry, "registration"), answers_in(entry), session)
            return admit(event=self.door.event, walk_in=walk_in, tap=tap, now=self.now)
        person = self.registration(entry)
        if entry.get("kind") == CheckInKind.PRESENT:
            return record_check_in(registration=person, session=session, tap=tap, now=self.now)
        if entry.get("kind") != CheckInKind.UNDONE:
            raise Unreadable
        undo_check_in(registration=person, session=session, tap=tap, now=self.now)
        return None

    def at(self, entry: Mapping[str, Any]) -> datetime:
        """Return when somebody tapped, on the days of the event, by our clock."""
        tapped = moment(entry.get("at"))
        if tapped is None:
            raise Unreadable
        opens_at = self.door.opens_at or tapped
        return max(tapped + self.shift, opens_at)

    def session(self, entry: Mapping[str, Any]) -> Session:
        sessions = Session.objects.filter(event=self.door.event_id)
        found = sessions.filter(uuid=uuid_in(entry, "session")).first()
        if found is None:
            raise OtherEvent
        return found

    def registration(self, entry: Mapping[str, Any]) -> Registration:
        people = Registration.objects.filter(event=self.door.event_id)
        uuid = uuid_in(entry, "registration")
        # A walk-in has the UUID of its first entry, also when the person turned out to be on the list.
        found = people.filter(uuid=uuid).first() or people.filter(check_ins__uuid=uuid).first()
        if found is None:
            raise NotOnTheList
        return found


def answers_in(entry: Mapping[str, Any]) -> Answers:
    form = WalkInForm(
        {name: entry.get(name, "") for name in ("name", "email", "organisation", "consent")}
    )
    if not form.is_valid():
        raise WrongWalkIn(" ".join(str(said) for errors in form.errors.values() for said in errors))
    return form.answers()


def moment(value: Any) -> datetime | None:
    """Return a moment from milliseconds since 1970, or None if they are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value / 1000, tz=UTC)
    except (OverflowError, ValueError, OSError):
        return None


def uuid_in(entry: Mapping[str, Any], name: str) -> UUID:
    try:
        return UUID(str(entry.get(name, "")))
    except ValueError as error:
        raise Unreadable from error
