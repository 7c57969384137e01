"""The agenda's part of a year's figures, counted by hand beside it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directory.departures import leave
from directory.models import Member
from events.models import Question, RecapPage, Registration
from events.models.half_days import half_days
from events.registration.purge import forget_registrations
from home.figures.answers import Scope, count_figures
from home.figures.statement import close_year, statement_of
from home.models import NewsIndexPage, PageTheme, Theme, YearFigures
from tests.builders import (
    make_event,
    make_hidden_session,
    make_member,
    make_organisation,
    make_registration,
    make_resource,
    make_territory,
)

pytestmark = pytest.mark.django_db

#: After the year of the figures.
NOW = datetime(2027, 1, 4, 10, tzinfo=UTC)
SPRING, AUTUMN = datetime(2026, 4, 9, 7, 30, tzinfo=UTC), datetime(2026, 10, 6, 12, tzinfo=UTC)


def ask(event: Any, label: str, subject: str) -> Question:
    return Question.objects.create(event=event, label=label, report_subject=subject)


def answer(**given: Any) -> dict[str, Any]:
    return {str(given["to"].uuid): {"label": "…", "retention": "identity", "value": given["value"]}}


def came(registration: Registration) -> None:
    registration.seats.update(present_at=registration.event.starts_at)


def make_year() -> None:
    """A spring meeting with names ticked (7 came of 9), an autumn one without (3 places), and last year's.

    By hand: distinct people are the 7 of spring and the 3 of autumn without Amina, who came twice: 9. Of them, Amina
    came last year.
    """
    nord = make_territory("Nord", code="59")
    lille = make_territory("Lille", code="59350", kind="commune", parent=nord)
    town = make_organisation("Mairie", kind="collectivite")
    elected = make_member(
        email="amina@example.org", first_name="Amina", last_name="Berger", organisation=town,
        role="Élue à l’eau", territory=lille,
    )  # fmt: skip
    make_member(
        email="bruno@example.org", first_name="Bruno", last_name="Caron", organisation=town,
        role="Agent d’accueil", territory=nord,
    )  # fmt: skip
    water = Theme.objects.create(name="Eau", slug="eau")
    former = make_event(title="Avant", starts_at=datetime(2025, 5, 5, 8, tzinfo=UTC))
    make_registration(
        former, make_hidden_session(former), name="Amina Berger", email="amina@example.org"
    )

    spring = make_event(
        title="Printemps", starts_at=SPRING, announced_end=SPRING + timedelta(hours=7)
    )
    spring.page_themes = [PageTheme(theme=water)]
    spring.save()
    session = make_hidden_session(spring)
    who, where = (
        ask(spring, "Vous êtes", Question.Subject.KIND),
        ask(spring, "Votre territoire", Question.Subject.TERRITORY),
    )
    known = [
        # Logged in, with another address.
        {"name": "BERGER Amina", "email": "a.berger@example.org", "user": elected.user, "organisation": "Mairie"},
        {"name": "Bruno Caron", "email": "bruno@example.org", "organisation": "MAIRIE"},
        {"name": "Chloé Dufour", "answers": answer(to=who, value="Une habitante") | answer(to=where, value="lille")},
        {"name": "Driss Evrard", "answers": answer(to=who, value="Association")},
        {"name": "Estelle Fournier", "organisation": "Graines"},
        {"name": "Fanny Gilles", "answers": answer(to=who, value="Journaliste") | answer(to=where, value="Belgique")},
        {"name": "Guy Hamel"},
    ]  # fmt: skip
    for fields in known:
        came(make_registration(spring, session, **fields))
    make_registration(spring, session, name="Hugo Ivart")
    make_registration(spring, session, name="Iris Joly")
    make_registration(spring, session, name="Jo Kermel", waiting=True)
    make_registration(spring, session, name="Kim Lefort", state="cancelled", cancelled_at=SPRING)

    autumn = make_event(title="Automne", starts_at=AUTUMN)
    session = make_hidden_session(autumn)
    for name, email in (
        ("Amina Berger", "amina@example.org"), ("Léo Martin", "l@example.org"), ("Mia Noël", "m@example.org"),
    ):  # fmt: skip
        make_registration(autumn, session, name=name, email=email)
    recap = RecapPage(
        title="Retour", event=autumn, attendance=12, first_published_at=AUTUMN + timedelta(days=3)
    )
    resource = make_resource(themes=[water], first_published_at=SPRING)
    (
        NewsIndexPage.objects.first()
        or resource.get_parent().get_parent().add_child(instance=NewsIndexPage(title="Actualités"))
    ).add_child(instance=recap)
    make_event(title="Annulée", starts_at=AUTUMN, status="cancelled")
    make_event(title="En brouillon", starts_at=AUTUMN, live=False)


def figures(theme: str = "") -> dict[str, Any]:
    return {
        one.key: (one.value, {row.label: row.value for row in one.rows})
        for one in count_figures(Scope(2026, NOW, theme))
    }


def test_a_year_is_counted_as_by_hand():
    """desk 17, desk 30."""
    make_year()

    found = figures()

    assert found["rencontres"] == (2, {})
    assert found["demi-journees"] == (3, {})  # 9:30 to 16:30, then 14:00 to 16:00
    assert found["themes"] == (1, {"Eau": 1})
    assert found["inscriptions"] == (12, {"Présentes": 7, "Absentes": 2, "Sans pointage": 3})
    assert found["presences"] == (
        19,
        {
            "Printemps, 9 avril 2026 (noms pointés)": 7,
            "Automne, 6 octobre 2026 (compte rendu)": 12,
        },
    )
    assert found["personnes"] == (9, {"Nouvelles, d’après les noms gardés": 8, "Déjà venues": 1})
    assert found["types"] == (
        9,
        {
            "Agent·es": 1, "Associations et collectifs": 1, "Habitant·es": 1, "Journaliste": 1,
            "Élu·es": 1, "non renseigné": 4,
        },
    )  # fmt: skip
    assert found["territoires"] == (9, {"Nord": 3, "Belgique": 1, "non renseigné": 5})
    assert found["structures"] == (2, {})
    assert found["comptes-rendus"] == (1, {})
    assert found["ressources"] == (1, {})
    assert found["membres"] == (2, {"Nord": 2, "non renseigné": 0})
    assert figures("eau")["presences"][0] == 7
    assert figures("eau")["personnes"][0] == 7
    assert figures("eau")["ressources"][0] == 1


def test_a_closed_year_stays_as_it_is_once_everybody_is_erased(django_user_model):
    """desk 17."""
    make_year()
    close_year(year=2026, by=None, now=NOW)
    before = list(statement_of(Scope(2026, NOW)).figures)
    counted = list(count_figures(Scope(2026, NOW)))

    forget_registrations(NOW + timedelta(days=800))
    for member in Member.objects.all():
        leave.leave_network(member.user, at=NOW)
    for departure in leave.due_departures(NOW + timedelta(days=800)):
        leave.erase(departure, at=NOW + timedelta(days=800))

    later = NOW + timedelta(days=800)
    assert not Registration.objects.remembered().exists()
    assert not django_user_model.objects.exists()
    assert list(count_figures(Scope(2026, later))) != counted  # erasing would have changed them
    assert list(statement_of(Scope(2026, later)).figures) == before == counted


def test_a_year_closes_by_itself_before_its_first_names_are_erased():
    make_year()

    forget_registrations(datetime(2027, 3, 1, tzinfo=UTC))
    before = count_figures(Scope(2026, NOW))
    assert not YearFigures.objects.filter(year=2026).exists()  # nothing of 2026 was due
    forget_registrations(datetime(2027, 4, 20, tzinfo=UTC))

    kept = statement_of(Scope(2026, NOW))
    assert kept.closed.is_automatic
    assert list(kept.figures) == before
    assert Registration.objects.remembered().filter(event__title="Printemps").count() == 0


def test_the_queries_do_not_depend_on_events_or_people():
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            count_figures(Scope(2026, NOW))
        return len(captured)

    make_year()
    before = count()
    for number in range(3):
        event = make_event(starts_at=AUTUMN + timedelta(days=number + 1))
        session = make_hidden_session(event)
        for _person in range(3):
            make_registration(event, session)

    assert count() == before


def test_a_question_of_the_report_is_answered_for_as_long_as_the_name():
    question = ask(make_event(), "Vous êtes", Question.Subject.KIND)

    assert question.retention == Question.Retention.IDENTITY


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [(7, 2.5, 1), (7, 7, 2), (12, 2, 1), (10, 2, 1), (16, 3, 1), (7, 79, 8), (7, None, 1)],
)
def test_half_days_are_mornings_and_afternoons(start, hours, expected):
    starts_at = datetime(2026, 6, 1, start, tzinfo=UTC)  # two hours later in Paris
    end = hours and starts_at + timedelta(hours=hours)
    event = make_event(starts_at=starts_at, announced_end=end)

    assert half_days(event) == expected


def test_whole_days_are_two_half_days_each():
    event = make_event(starts_at=SPRING, announced_end=SPRING + timedelta(days=2), all_day=True)

    assert half_days(event) == 6
    assert timezone.localtime(event.ends_at).day == 12
