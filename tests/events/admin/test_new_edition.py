from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from hypothesis import given
from hypothesis import strategies as st

from events.admin.new_edition import NoNewEdition, make_new_edition
from events.models import EventPage, Question, Registration
from events.models.dates import local
from events.models.shift import Shift
from home.french.dates import PARIS
from home.models import OutgoingEmail
from tests.builders import NOW, make_event, make_registration, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=PARIS)


#: A Thursday in winter time; NOW is the first of June.
LAST, NEXT = date(2026, 3, 12), date(2027, 4, 15)


def make_last_year(**fields: Any) -> EventPage:
    """A forum of 12 March 2026 with two sessions, a question about the second one, and people."""
    morning = make_session(starts_at=at(LAST, 9, 30), ends_at=at(LAST, 12), capacity=20)
    afternoon = make_session(
        title="Après-midi",
        starts_at=at(LAST, 14),
        ends_at=at(LAST, 16, 30),
        deadline=LAST - timedelta(days=2),
        speakers="Élie Marchand",
    )
    defaults = {
        "title": "Forum 2026",
        "slug": "forum-2026",
        "starts_at": at(LAST, 9, 30),
        "announced_end": at(LAST, 17),
        "registration_opens_at": at(LAST - timedelta(days=40), 8),
        "registration_deadline": LAST - timedelta(days=7),
        "capacity": 40,
        "price": "13 € le repas",
        "speakers": [
            ("speaker", {"name": "Camille Roux", "role": "maire", "organisation": "", "url": ""})
        ],
        "status": EventPage.Status.CANCELLED,
        "first_published_at": NOW - timedelta(days=120),
        "sessions": [morning, afternoon],
    }
    event = make_event(**defaults | fields)
    event.questions.add(Question(label="Repas", field_type="checkbox", session_uuid=afternoon.uuid))
    event.save_revision().publish()
    make_registration(event, *event.sessions.all())
    return EventPage.objects.get(pk=event.pk)


@pytest.fixture
def editor() -> Any:
    return get_user_model().objects.create_superuser("editrice@example.org")


def test_everything_follows_the_new_first_day_and_nothing_of_the_original_is_taken(editor):
    """desk 7, registration 54."""
    last = make_last_year()

    new = make_new_edition(former=last, first_day=NEXT, by=editor, now=NOW)

    for version in (EventPage.objects.get(pk=new.pk), new.get_latest_revision_as_object()):
        assert (version.title, version.slug, version.live) == ("Forum 2027", "forum-2027", False)
        assert (version.starts_at, version.announced_end) == (at(NEXT, 9, 30), at(NEXT, 17))
        assert version.registration_opens_at == at(NEXT - timedelta(days=40), 8)
        assert version.registration_deadline == NEXT - timedelta(days=7)
        assert (version.capacity, version.price, version.venue_town) == (
            40,
            "13 € le repas",
            "Amiens",
        )
        assert (version.status, version.first_published_at) == (EventPage.Status.PLANNED, None)
        assert version.previous_edition_id == last.pk
        assert [block.value["name"] for block in version.speakers] == []
        morning, afternoon = version.sessions.all()
        assert (morning.starts_at, morning.ends_at) == (at(NEXT, 9, 30), at(NEXT, 12))
        assert (afternoon.starts_at, afternoon.ends_at) == (at(NEXT, 14), at(NEXT, 16, 30))
        assert (morning.capacity, morning.deadline) == (20, None)
        assert (afternoon.deadline, afternoon.speakers) == (NEXT - timedelta(days=2), "")
        question = version.questions.get()
        assert (question.label, question.session_uuid) == ("Repas", afternoon.uuid)
    former = last.sessions.get(title="Après-midi"), last.questions.get()
    assert {afternoon.uuid, question.uuid}.isdisjoint({one.uuid for one in former})
    assert new.calendar_uid != last.calendar_uid
    assert Registration.objects.filter(event=new).count() == OutgoingEmail.objects.count() == 0


def test_the_same_day_asked_twice_makes_one_draft(editor):
    last = make_last_year()

    first, again = (
        make_new_edition(former=last, first_day=NEXT, by=editor, now=NOW) for _ in range(2)
    )
    other = make_new_edition(former=last, first_day=NEXT + timedelta(days=1), by=editor, now=NOW)

    assert first.pk == again.pk != other.pk
    assert other.slug == "forum-2027-2"


@pytest.mark.parametrize(
    ("title", "slug", "new_title", "new_slug"),
    [
        ("Forum", "forum", "Forum", "forum-2027"),
        ("Forum du 12 mars 2026", "forum-du-12-mars-2026", "Forum du 15 avril 2027", "forum-du-15-avril-2027"),
        ("Forum 2026", "forum-2026-2", "Forum 2027", "forum-2027"),
        ("Le grand forum", "rencontre-2026-amiens", "Le grand forum", "rencontre-2027-amiens"),
    ],
)  # fmt: skip
def test_the_title_and_the_address_are_of_this_time(editor, title, slug, new_title, new_slug):
    last = make_last_year(title=title, slug=slug)

    new = make_new_edition(former=last, first_day=NEXT, by=editor, now=NOW)

    assert (new.title, new.slug) == (new_title, new_slug)


def test_a_day_that_is_past_is_refused(editor):
    last = make_last_year()

    with pytest.raises(NoNewEdition, match="Le dimanche 31 mai 2026 est déjà passé"):
        make_new_edition(former=last, first_day=date(2026, 5, 31), by=editor, now=NOW)
    assert EventPage.objects.count() == 1


@given(
    st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    st.times(),
    st.dates(date(2024, 1, 1), date(2034, 1, 1)),
    st.timedeltas(timedelta(0), timedelta(days=40)),
)
def test_hours_and_distances_in_days_stay_across_the_change_of_time_and_the_ends_of_months(
    day, clock, first_day, after
):
    written = datetime.combine(day, clock)
    start, later = (
        local(naive.replace(tzinfo=PARIS).astimezone(UTC)) for naive in (written, written + after)
    )
    shift = Shift((first_day - start.date()).days)

    moved, moved_later = shift.moment(start), shift.moment(later)

    assert moved.date() == first_day
    assert moved_later.date() - moved.date() == later.date() - start.date()
    for before, now in ((start, moved), (later, moved_later)):
        leaps = (
            now.time() != before.time()
        )  # 2h30 does not exist in the night of the change of time
        assert not leaps or (before.hour, now.hour) == (2, 3)
