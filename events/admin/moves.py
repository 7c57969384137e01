"""Move an event to another date: its sessions, deadlines and reminders follow, and people may be told, in one act."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.blocks.stream_block import StreamValue

from events.admin.drafts import keep_draft
from events.admin.edition_review import old_dates, write_new_dates
from events.messages.announcements import announce, dismiss
from events.models import EventChange, EventPage
from events.models.dates import local
from events.models.event_form import dates_problems, session_problems
from events.models.shift import Shift, move
from home.access import Account
from home.french import long_date
from home.french.typed_dates import Unreadable, in_paris


class MoveRefused(Exception):
    """The message says why in French; `field` is that of the form which it is about, if any."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class NewDate:
    """The new first day. Without hours, those of the event stay. With `texts`, its dates in texts are rewritten."""

    first_day: date
    start: time | None = None
    end: time | None = None
    texts: bool = True


def move_event(
    *, event: EventPage, to: NewDate, tell: bool | None, note: str, by: Account, now: datetime
) -> EventChange | None:
    """Publish the event at its new date, or move its draft if it is not public or `by` may not publish.

    `tell` people, or nobody, or leave that to the team (None). Changes of a draft that were not published stay so.
    Return the change that people are told of, if any. Raise MoveRefused.
    """
    with transaction.atomic():
        event = EventPage.objects.select_for_update(of=("self",)).get(pk=event.pk)
        draft: EventPage = event.get_latest_revision_as_object()
        pending = event.has_unpublished_changes or not event.live
        if not may_publish(event, by):
            set_date(draft, to, now=now)
            keep_draft(draft, by=by)
            return None
        set_date(event, to, now=now)
        revision = event.save_revision(user=by, log_action=True)
        PublishPageRevisionAction(revision, user=by).execute()
        if pending:
            set_date(draft, to, now=now)
            keep_draft(draft, by=by)
        return settle_change(event, tell=tell, note=note, by=by, now=now)


def may_publish(event: EventPage, by: Account) -> bool:
    return event.live and event.permissions_for_user(by).can_publish()


def settle_change(
    event: EventPage, *, tell: bool | None, note: str, by: Account, now: datetime
) -> EventChange | None:
    change = EventChange.objects.proposed().filter(event=event.pk).first()
    if change is None or tell is None:
        return None
    if not tell:
        dismiss(change=change, by=by, now=now)
        return None
    announce(change=change, note=note, by=by, now=now)
    return change


def set_date(event: EventPage, to: NewDate, *, now: datetime) -> None:
    """Move this version, without saving it. Raise MoveRefused."""
    before, was = start_of(event), version_of(event)
    refuse_move(event, to, now)
    opened = event.registration_opens_at
    after = start_at(event, to)
    move(event, Shift.between(before, after))
    if opened and opened <= now:
        event.registration_opens_at = opened  # those who could register still can
    if to.end:
        day = local(event.announced_end or after).date()
        event.announced_end = moment_at(day, to.end, "end")
    if event.is_postponed:
        event.status = EventPage.Status.PLANNED
    if event.live and event.starts_at != before:
        remember_date(event, before)
    event.compute_end()
    refuse_inconsistent(event)
    if to.texts:
        write_new_dates(event, old_dates(event, was))


def version_of(event: EventPage) -> EventPage:
    """Return the same version as another object, which stays as it is."""
    return event.with_content_json(event.serializable_data())


def start_of(event: EventPage) -> datetime:
    if event.starts_at is None:
        raise MoveRefused("Cet événement n’a pas encore de date : donnez-la dans l’onglet Annonce.")
    return event.starts_at


def start_at(event: EventPage, to: NewDate) -> datetime:
    clock = to.start or local(start_of(event)).time()
    return moment_at(to.first_day, clock, "start" if to.start else "first_day")


def moment_at(day: date, clock: time, field: str) -> datetime:
    try:
        return in_paris(day, clock)
    except Unreadable as refusal:
        raise MoveRefused(str(refusal), field) from refusal


def remember_date(event: EventPage, before: datetime) -> None:
    """Add the former start to the original dates, which the page shows; a date that is back is not a former one."""
    stream: StreamValue = event.previous_dates
    dates = [block.value for block in stream if block.value != event.starts_at]
    if before not in dates:
        dates.append(before)
    kept: Any = [("date", moment) for moment in dates]
    event.previous_dates = kept


def refuse_move(event: EventPage, to: NewDate, now: datetime) -> None:
    if event.is_cancelled:
        raise MoveRefused("Cet événement est annulé\u00a0: il ne change plus de date.")
    if start_at(event, to) <= now:
        raise MoveRefused(
            f"Le {long_date(to.first_day)} est déjà passé\u00a0: choisissez un jour à venir.",
            "first_day",
        )


def refuse_inconsistent(event: EventPage) -> None:
    """Raise MoveRefused for what the editing form would not publish."""
    values = {
        name: getattr(event, name)
        for name in ("starts_at", "announced_end", "registration_deadline", "registration_opens_at", "all_day")
    }  # fmt: skip
    for _field, problem in dates_problems(values):
        raise MoveRefused(problem, "end")
    for session in event.sessions.all():
        hours = {name: getattr(session, name) for name in ("starts_at", "ends_at", "deadline")}
        for _field, problem in session_problems(hours, values):
            raise MoveRefused(f"Session «\u00a0{session}\u00a0»\u00a0: {problem}", "end")
