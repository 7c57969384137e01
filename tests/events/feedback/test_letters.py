"""The letter of thanks, and the question two months later: desk 12, « Trois questions »."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from events.admin.dashboard import thanks_card
from events.feedback.answers import cut_links, record
from events.feedback.letters import AlreadyThanked, NobodyCame, NoRecap, ask_again, thank
from events.models import EventPage, Feedback, RecapPage, Thanks
from events.models.enums import ReadyQuestion
from events.models.thanks import OPEN_FOR
from tests.builders import NOW, make_event, make_news, make_registration, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "wagtail_templates")]
QUESTIONS = [ReadyQuestion.USEFUL, ReadyQuestion.IDEA, ReadyQuestion.AGAIN]


def make_past_event(*, present: int = 3, absent: int = 1, recap: bool = True) -> EventPage:
    """Create an event of last week where people were checked in, some of them without an address."""
    start = NOW - timedelta(days=7)
    event = make_event(title="Forum", starts_at=start, sessions=[make_session(starts_at=start)])
    session = event.sessions.get()
    for number in range(present):
        make_registration(event, session, name=f"Présente {number}").seats.update(present_at=start)
    for number in range(absent):
        make_registration(event, session, name=f"Absente {number}")
    make_registration(event, session, name="Sans adresse", email="").seats.update(present_at=start)
    note_presence(event)
    if recap:
        news = make_news(title="Autre", slug="autre").get_parent()
        news.add_child(instance=RecapPage(title="Retour", slug="retour", event=event))
    return EventPage.objects.get(pk=event.pk)


def note_presence(event: EventPage) -> None:
    """Write the entries of check-in that stand behind the seats."""
    for seat in event.sessions.get().seats.exclude(present_at=None):
        seat.registration.check_ins.create(
            session=seat.session, kind="present", source="list", at=NOW, received_at=NOW
        )  # fmt: skip


def send(event: EventPage, somebody: Any, **more: Any) -> Thanks:
    given = {"questions": QUESTIONS, "word": "", "asks_again": True, "now": NOW} | more
    return thank(event=event, by=somebody, **given)


def test_each_person_present_gets_one_letter_ever(somebody, sent):
    """desk 12 (a): 38 present, 38 mails, one each."""
    event = make_past_event(present=3)

    send(event, somebody)
    with pytest.raises(AlreadyThanked):
        send(event, somebody)

    assert sorted(re.findall(r"Bonjour (.+),", str(letter.body))[0] for letter in sent) == [
        "Présente 0", "Présente 1", "Présente 2",
    ]  # fmt: skip
    assert Thanks.objects.get().finished


@pytest.mark.parametrize(
    ("made", "reason"),
    [({"recap": False}, NoRecap), ({"present": 0}, NobodyCame)],
)
def test_nothing_is_written_without_recap_or_without_anybody(somebody, outbox, made, reason):
    with pytest.raises(reason):
        send(make_past_event(**made), somebody)

    assert (outbox(), Thanks.objects.count()) == ([], 0)


def test_staff_read_the_letter_and_the_names_before_it_leaves(admin, outbox):
    event = make_past_event()
    address = reverse("events_thanks", args=[event.pk])
    form = {"questions": ["utile", "idee", "revenir"], "word": "À bientôt.", "asks_again": "on"}

    two = admin.post(address, form | {"questions": ["utile", "idee"], "envoyer": "1"}).text
    unread = admin.post(address, form | {"envoyer": "1"}).text
    seen = re.search(r'name="seen" value="(\w+)"', unread)
    before = len(outbox())
    assert seen
    answer = admin.post(address, form | {"envoyer": "1", "seen": seen[1]}, follow=True).text

    assert "Choisissez trois questions, ni plus, ni moins." in two
    assert "<li>Présente 0" in unread
    assert "Absente" not in unread
    assert "Sans adresse" in unread
    assert "À bientôt." in unread
    assert (before, len(outbox())) == (0, 3)
    assert "La lettre part à 3\u00a0personnes" in answer
    assert "Pas encore de réponse." in answer


def test_the_desk_proposes_it_until_it_has_left(somebody):
    event = make_past_event()
    card = thanks_card(somebody, NOW)
    assert card
    assert [line.text for line in card.lines] == ["Forum"]

    send(event, somebody)

    assert thanks_card(somebody, NOW) is None


def test_the_same_people_are_asked_once_two_months_after(somebody, outbox):
    event = make_past_event(present=2)
    send(event, somebody)
    two_months = event.ends_at + timedelta(days=60)
    moments = [two_months - timedelta(hours=1), two_months, two_months + timedelta(days=1)]

    told = []
    for moment in moments:
        ask_again(moment)
        told.append(len([one for one in outbox() if one.kind == "question deux mois après"]))

    assert told == [0, 2, 2]


def test_nobody_is_asked_again_where_the_team_said_no_or_much_too_late(somebody, outbox):
    event = make_past_event(present=1)
    send(event, somebody, asks_again=False)
    ask_again(event.ends_at + timedelta(days=60))
    Thanks.objects.update(asks_again=True)
    ask_again(event.ends_at + timedelta(days=200))

    assert Thanks.objects.get().asked_again_at is None


def test_answers_are_cut_from_people_after_thirty_days_and_stay_counted(somebody):
    event = make_past_event(present=1)
    send(event, somebody)
    person = event.registrations.present().get(name="Présente 0")
    given = {ReadyQuestion.USEFUL: "oui"}
    record(registration=person, answers=given, remark="Merci.", sentence=None, now=NOW)

    cut_links(NOW + OPEN_FOR - timedelta(seconds=1))
    linked = Feedback.objects.exclude(registration=None).count()
    cut_links(NOW + OPEN_FOR)
    record(registration=person, answers=given, remark="Encore.", sentence=None, now=NOW + OPEN_FOR)

    assert linked == 2
    assert list(Feedback.objects.order_by("question").values_list("question", "registration")) == [
        ("", None), ("utile", None),
    ]  # fmt: skip
    cut_links(NOW + timedelta(days=400))
    assert list(Feedback.objects.values_list("question", flat=True)) == ["utile"]
