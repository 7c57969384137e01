"""« Comme la dernière fois »: the draft of a past event's next edition, from its new first day."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from wagtail.actions.copy_page import CopyPageAction

from events.admin.drafts import keep_draft
from events.models import EventPage, Session
from events.models.dates import local
from events.models.shift import Shift, days_of, event_days, move
from home.access import Account
from home.french import long_date, slugify_fr
from home.french.new_dates import NewDates
from home.models.page_form import SLUG_LENGTH, free_slug_among

#: The dates of registration and of the event itself, which a copy does not have.
DATES = ("starts_at", "announced_end", "registration_opens_at", "registration_deadline")


class NoNewEdition(Exception):
    """The message says why in French."""


def make_new_edition(
    *, former: EventPage, first_day: date, by: Account, now: datetime
) -> EventPage:
    """Return the draft of the next edition, or the one that was made for that day and never published.

    Everything is kept but registrations, speakers and dates; those follow the first day. Raise NoNewEdition.
    """
    refuse_day(former, first_day, now)
    with transaction.atomic():
        former = EventPage.objects.select_for_update(of=("self",)).get(pk=former.pk)
        made = existing_edition(former, first_day)
        return made or write_edition(as_it_was(former), first_day, by=by)


def refuse_day(former: EventPage, first_day: date, now: datetime) -> None:
    if former.starts_at is None:
        raise NoNewEdition("Cet événement n’a pas de date\u00a0: copiez sa page.")
    if first_day < local(now).date():
        raise NoNewEdition(
            f"Le {long_date(first_day)} est déjà passé\u00a0: choisissez un jour à venir."
        )


def existing_edition(former: EventPage, first_day: date) -> EventPage | None:
    drafts = former.next_editions.filter(live=False, last_published_at=None).order_by("pk")
    made = (one for one in drafts if one.starts_at and local(one.starts_at).date() == first_day)
    return next(made, None)


def as_it_was(former: EventPage) -> EventPage:
    """Return the public version, or the draft of an event that never was public."""
    version: EventPage = former if former.live else former.get_latest_revision_as_object()
    return version


def write_edition(source: EventPage, first_day: date, *, by: Account) -> EventPage:
    edition = copy_for(source, first_day, by=by)
    take_dates(edition, source)
    move(edition, shift_to(source, first_day))
    edition.sessions = list(without_speakers(edition))
    keep_draft(edition, by=by)
    return edition


def copy_for(source: EventPage, first_day: date, *, by: Account) -> EventPage:
    """Copy the page without its dates, with titles and an address of this time."""
    parent, dates = source.get_parent(), new_dates(source, first_day)
    taken = set(parent.get_children().values_list("slug", flat=True))
    named = {
        "title": dates.reword(source.title)[:255],
        "slug": slug_of(source, dates, taken),
        "card_title": dates.reword(source.card_title)[:120],
        "seo_title": dates.reword(source.seo_title)[:255],
        "speakers": [],
    }
    edition: EventPage = CopyPageAction(
        source, to=parent, update_attrs=named, copy_revisions=False, keep_live=False, user=by
    ).execute()
    return edition


def shift_to(former: EventPage, first_day: date) -> Shift:
    return Shift((first_day - event_days(former)[0]).days)


def new_dates(former: EventPage, first_day: date) -> NewDates:
    """Return the days that the former edition's texts may name, with those of the edition that begins on this day."""
    shift, year = shift_to(former, first_day), event_days(former)[0].year
    days = {day: new for day in days_of(former) if (new := shift.day(day))}
    return NewDates(days, year=year, years=first_day.year - year)


def slug_of(source: EventPage, dates: NewDates, taken: set[str]) -> str:
    """Return a free slug: that of the new title if the source's comes from its title, else with the year of this time."""
    bare = slugify_fr(source.title)
    from_title = source.slug == bare or source.slug.removeprefix(bare).strip("-").isdecimal()
    words = source.title if from_title else source.slug.replace("-", " ")
    wished = slugify_fr(dates.reword(words))[:SLUG_LENGTH]
    year = str(dates.year + dates.years)
    if wished in taken and year not in wished:
        wished = f"{wished}-{year}"
    return free_slug_among(taken, wished=wished)


def take_dates(edition: EventPage, source: EventPage) -> None:
    """Give the copy the dates of its source, session by session."""
    for name in DATES:
        setattr(edition, name, getattr(source, name))
    sessions = list(edition.sessions.all())
    for session, former in zip(sessions, source.sessions.all(), strict=True):
        session.starts_at, session.ends_at = former.starts_at, former.ends_at
        session.deadline = former.deadline
    edition.sessions = sessions
    questions = list(edition.questions.all())
    for question, former in zip(questions, source.questions.all(), strict=True):
        question.due_at = former.due_at
    edition.questions = questions


def without_speakers(edition: EventPage) -> Iterator[Session]:
    for session in edition.sessions.all():
        session.speakers = ""
        yield session
