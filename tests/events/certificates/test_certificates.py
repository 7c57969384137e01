"""Attestations: issued for those present, checked by anybody, revoked, and erased with the name."""

import json
from collections import Counter
from datetime import timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from events.certificates.distribution import people_to_send_to, send_certificates
from events.certificates.hours import duration_of
from events.certificates.issuance import (
    NameErased,
    NoSigner,
    NotOverYet,
    NotPresent,
    issue,
    issue_again,
    revoke,
)
from events.models import Certificate, Registration
from events.models.certificate import ALPHABET, code_of, read_code
from events.registration.erasure import forget_identity
from home.models import OutgoingEmail, SiteSettings
from home.pdf.leaflets import typeset
from tests.builders import (
    NOW,
    make_event,
    make_hidden_session,
    make_home,
    make_registration,
    make_session,
)
from tests.home.pdf.test_leaflets import tags

pytestmark = pytest.mark.django_db

AFTER = NOW + timedelta(days=20)
MORNING = NOW + timedelta(days=10)


@pytest.fixture(autouse=True)
def after_the_meeting() -> Any:
    make_home()
    settings = SiteSettings.of_network()
    settings.certificate_signer = "Maud Lenoir"
    settings.certificate_signer_role = "directrice du réseau"
    settings.site = Site.objects.get(is_default_site=True)
    settings.save()
    with time_machine.travel(AFTER, tick=False):
        yield


def make_day() -> Any:
    """A day of two sessions: three hours in the morning, two and a half in the afternoon."""
    morning = make_session(title="Matinée", starts_at=MORNING, ends_at=MORNING + timedelta(hours=3))
    afternoon = make_session(
        title="Atelier",
        starts_at=MORNING + timedelta(hours=4),
        ends_at=MORNING + timedelta(hours=6, minutes=30),
    )
    return make_event(
        title="Forum de l’eau",
        starts_at=MORNING,
        announced_end=MORNING + timedelta(hours=6, minutes=30),
        sessions=[morning, afternoon],
        venue_name="La Halle",
    )


def make_present(event: Any, *, sessions: int = 1, **fields: Any) -> Registration:
    """Register somebody to all sessions and check them in at the first ones."""
    offered = list(event.sessions.all()) or [make_hidden_session(event)]
    person = make_registration(event, *offered, **{"name": "Camille d’Hauteville"} | fields)
    for seat in person.seats.order_by("pk")[:sessions]:
        seat.present_at = MORNING
        seat.save()
    return Registration.objects.with_seats().get(pk=person.pk)


def test_an_absent_person_gets_no_attestation(client):
    """desk 15, registration 64."""
    absent = make_present(make_day(), sessions=0)

    with pytest.raises(NotPresent):
        issue(registration=absent, now=AFTER)
    answer = client.post(f"{absent.link}attestation/")

    assert answer.status_code == 409
    assert "n’a pas été pointée présente" in answer.content.decode()
    assert not Certificate.objects.exists()


def test_hours_are_those_of_the_sessions_attended():
    """desk 15: present at the morning only is 3 h."""
    event = make_day()

    assert issue(registration=make_present(event), now=AFTER).duration == "3\u00a0h"
    both = make_present(event, sessions=2, name="Zoé Martin")
    assert issue(registration=both, now=AFTER).duration == "5\u00a0h\u00a030"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"announced_end": MORNING + timedelta(minutes=45)}, "45\u00a0min"),
        ({"announced_end": MORNING + timedelta(days=2), "all_day": True}, "3\u00a0jours"),
        ({"announced_end": MORNING + timedelta(days=3)}, "4\u00a0jours"),
        ({"announced_end": None}, ""),
    ],
)
def test_an_event_without_sessions_lasts_as_its_dates_say(fields, expected):
    event = make_event(starts_at=MORNING, **fields)

    assert duration_of(event, make_present(event).seats.all()) == expected


def test_sessions_that_overlap_count_once_and_one_without_end_lasts_until_the_next():
    starts = [MORNING, MORNING + timedelta(hours=1), MORNING + timedelta(hours=3)]
    sessions = [
        make_session(title="Un", starts_at=starts[0], ends_at=starts[0] + timedelta(hours=2)),
        make_session(title="Deux", starts_at=starts[1], ends_at=None),
        make_session(title="Trois", starts_at=starts[2], ends_at=None),
    ]
    event = make_event(
        starts_at=MORNING, announced_end=MORNING + timedelta(hours=4), sessions=sessions
    )

    assert duration_of(event, make_present(event, sessions=2).seats.all()) == "3\u00a0h"
    assert duration_of(event, make_present(event, sessions=3).seats.all()) == "4\u00a0h"


def test_nothing_is_issued_before_the_end_nor_without_anybody_to_sign():
    event = make_day()
    person = make_present(event)

    with pytest.raises(NotOverYet):
        issue(registration=person, now=MORNING)
    SiteSettings.objects.update(certificate_signer="")
    with pytest.raises(NoSigner):
        issue(registration=person, now=AFTER)


def test_the_name_is_that_of_the_registration_until_it_is_issued_and_the_code_stays():
    person = make_present(make_day())
    person.name = "Camille Dhautevile"
    person.save()
    first = issue(registration=person, now=AFTER)
    person.name = "Camille d’Hauteville"
    person.save()

    assert issue(registration=person, now=AFTER).name == "Camille Dhautevile"
    again = issue_again(registration=person, by=None, now=AFTER)
    assert (again.name, again.code) == ("Camille d’Hauteville", first.code)


def test_what_it_says_stays_whatever_is_changed_later_until_it_is_made_again(client, monkeypatch):
    pressed: list[Any] = []
    monkeypatch.setattr(
        "events.certificates.document.typeset",
        lambda _name, words: pressed.append(json.loads(f"[{words}]")) or typeset(_name, words),
    )
    event = make_day()
    person = make_present(event, organisation="Mairie de Valbrume")
    made = issue(registration=person, now=AFTER)
    event.title, event.venue_name = "Forum des rivières", "Gymnase"
    event.starts_at -= timedelta(days=30)
    event.save()
    event.sessions.update(title="Autre chose")
    Registration.objects.update(organisation="Mairie de Clairbois")

    client.get(f"{person.link}attestation/")
    said = str(pressed.pop())
    page = client.get(f"/attestations/{made.code}/").text

    assert "Forum de l’eau" in page
    assert "11 juin 2026" in page
    for kept in ("Forum de l’eau", "La Halle", "11 juin 2026", "Matinée", "Mairie de Valbrume"):
        assert kept in said, kept
    issue_again(registration=person, by=None, now=AFTER)
    assert "Forum des rivières" in client.get(f"/attestations/{made.code}/").text
    client.get(f"{person.link}attestation/")
    assert "Mairie de Clairbois" in str(pressed.pop())


def test_an_attestation_is_worth_nothing_once_the_presence_is_taken_back(client):
    person = make_present(make_day())
    made = issue(registration=person, now=AFTER)
    presence = {"present_at": MORNING}
    person.seats.update(present_at=None)

    page = client.get(f"/attestations/{made.code}/").text
    own = client.get(f"{person.link}attestation/")

    assert "Attestation retirée" in page
    assert "n’est plus valable" in page
    assert "Comparer" not in page
    assert own.status_code == 409
    assert "n’a pas été pointée présente" in own.text
    person.seats.update(**presence)
    assert "Attestation authentique" in client.get(f"/attestations/{made.code}/").text


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(content))


def test_the_document_is_accessible_and_says_who_what_when_where_and_how_long(client, settings):
    """desk 16, registration 64: language, title, tags, table headings, fonts; name, event, date, place, hours, signature."""
    person = make_present(make_day(), organisation="Mairie de Valbrume")

    answer = client.post(f"{person.link}attestation/")

    code = Certificate.objects.get().code
    assert answer["Content-Type"] == "application/pdf"
    with opened(answer.content) as pdf, pdf.open_metadata() as told:
        root = pdf.Root
        nodes = tags(root.StructTreeRoot)
        kinds = Counter(str(node["/S"]) for node in nodes)
        assert len(pdf.pages) == 1
        assert (str(root.Lang), bool(root.MarkInfo.Marked)) == ("fr-FR", True)
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert told["dc:title"].startswith("Attestation de présence – Forum de l’eau – ")
        assert told["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        assert (kinds["/H1"], kinds["/Table"], kinds["/TH"], kinds["/TR"]) == (1, 1, 2, 5)
        assert [str(node["/Alt"]) for node in nodes if node["/S"] == "/Figure"] == [
            f"QR code vers localhost:8000/attestations/{code}"
        ]
        fonts = list(pdf.pages[0].Resources.Font.values())
        assert fonts
        assert all("/ToUnicode" in font and "/DescendantFonts" in font for font in fonts)
    assert client.get(f"{person.link}attestation/")["Content-Type"] == "application/pdf"


def test_a_scanner_that_opens_the_link_issues_nothing(client):
    person = make_present(make_day())

    answer = client.get(f"{person.link}attestation/")

    assert "Télécharger mon attestation" in answer.content.decode()
    assert not Certificate.objects.exists()


def test_the_page_of_a_code_says_what_is_attested_and_no_name(client):
    """desk 15, registration 64."""
    person = make_present(make_day(), organisation="Mairie de Valbrume")
    made = issue(registration=person, now=AFTER)

    answer = client.get(f"/attestations/{made.code}/")

    html = answer.content.decode()
    assert "Attestation authentique" in html
    for said in ("Forum de l’eau", "11 juin 2026", "3\u00a0h"):
        assert said in html
    for kept in ("Camille", "Hauteville", "Valbrume", person.email):
        assert kept not in html
    assert answer["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    ("typed", "matches"),
    [
        ("d’Hauteville", True), ("HAUTEVILLE", True), ("d' hautevílle", True), ("Camille d’Hauteville", True),
        ("d’Hauteville Camille", True), ("Camille", False), ("Haute", False), ("Martin", False),
    ],
)  # fmt: skip
def test_a_surname_is_compared_without_being_shown(client, typed, matches):
    """desk 15."""
    made = issue(registration=make_present(make_day()), now=AFTER)

    html = client.post(f"/attestations/{made.code}/", {"surname": typed}).content.decode()

    assert ("Ce nom correspond à celui" in html) is matches
    assert ("Ce nom ne correspond pas" in html) is not matches


def test_after_five_tries_one_waits_an_hour(client):
    """desk 15."""
    cache.clear()
    made = issue(registration=make_present(make_day()), now=AFTER)
    address = f"/attestations/{made.code}/"

    statuses = [client.post(address, {"surname": "Faux"}).status_code for _try in range(6)]
    late = client.post(address, {"surname": "d’Hauteville"})

    assert statuses == [200] * 5 + [429]
    assert late.status_code == 429
    assert "une heure" in late.content.decode()
    with time_machine.travel(AFTER + timedelta(hours=1, minutes=1), tick=False):
        assert client.post(address, {"surname": "d’Hauteville"}).status_code == 200


def test_an_empty_surname_is_asked_for_and_costs_no_try(client):
    made = issue(registration=make_present(make_day()), now=AFTER)

    for _time in range(7):
        answer = client.post(f"/attestations/{made.code}/", {"surname": " "})

    assert answer.status_code == 200
    assert "Écrivez le nom de famille" in answer.content.decode()


def test_a_code_is_read_with_its_confusions_and_spaces(client):
    made = issue(registration=make_present(make_day()), now=AFTER)
    Certificate.objects.update(code="10AB23CD4E")

    assert set(made.code) <= set(ALPHABET)
    assert len(made.code) == 10
    for typed in ("10AB23CD4E", "iO ab2 3cd-4e", "l0ab2 3cd4e"):
        assert read_code(typed) == "10AB23CD4E"
        assert client.get("/attestations/", {"code": typed}).url == "/attestations/10AB23CD4E/"
    assert client.get("/attestations/loab23cd4e/").url == "/attestations/10AB23CD4E/"


@pytest.mark.parametrize("code", ["0000000000", "UUUUUUUUUU", "court", "é" * 10, "%00", "a" * 400])
def test_an_unknown_code_is_said_clearly(client, code):
    answer = client.get(f"/attestations/{code}/")

    assert answer.status_code == 404
    assert "Aucune attestation de ce site n’a ce code" in answer.content.decode()


def test_a_code_that_cannot_be_one_is_refused_in_words(client):
    html = client.get("/attestations/", {"code": "12 34"}).content.decode()

    assert "Ce n’est pas le code d’une attestation" in html


def test_a_revoked_attestation_says_why_and_cannot_be_downloaded_until_it_is_made_again(client):
    person = make_present(make_day())
    made = issue(registration=person, now=AFTER)
    revoke(registration=person, reason="Durée corrigée", by=None, now=AFTER)

    html = client.get(f"/attestations/{made.code}/").content.decode()
    assert "Attestation révoquée" in html
    assert "Durée corrigée" in html
    assert "Comparer" not in html
    assert client.get(f"{person.link}attestation/").status_code == 409
    issue_again(registration=person, by=None, now=AFTER)
    assert "authentique" in client.get(f"/attestations/{made.code}/").content.decode()


def test_after_the_purge_the_code_says_when_it_was_issued_and_nothing_more(client):
    """desk 15."""
    person = make_present(make_day())
    made = issue(registration=person, now=AFTER)
    forget_identity(person, now=AFTER)

    kept = Certificate.objects.get()
    html = client.get(f"/attestations/{made.code}/").content.decode()
    assert (kept.name, kept.duration, kept.facts, kept.code) == ("", "", {}, made.code)
    assert "émise le 21 juin 2026, détails effacés" in html
    for gone in ("Forum de l’eau", "3\u00a0h", "Comparer"):
        assert gone not in html
    posted = client.post(f"/attestations/{made.code}/", {"surname": "d’Hauteville"})
    assert "correspond" not in posted.content.decode()
    with pytest.raises(NameErased):
        issue(registration=Registration.objects.with_seats().get(), now=AFTER)


def staff(django_user_model: Any) -> Client:
    client = Client()
    client.force_login(django_user_model.objects.create_superuser("admin@example.org"))
    return client


@pytest.mark.ignore_template_errors
def test_everybody_present_is_written_to_once_after_a_screen_that_shows_the_letter(
    django_user_model,
):
    event = make_day()
    people = [make_present(event, name=f"Personne {number}") for number in range(7)]
    make_present(event, name="Sans adresse", email="")
    make_present(event, name="Absente", sessions=0)
    revoked = make_present(event, name="Révoquée")
    issue(registration=revoked, now=AFTER)
    revoke(registration=revoked, reason="Erreur", by=None, now=AFTER)
    desk, address = staff(django_user_model), f"/admin/evenements/{event.pk}/attestations/"

    html = desk.get(address).content.decode()
    assert "7\u00a0personnes présentes reçoivent" in html
    assert "1\u00a0personne présente n’a pas d’adresse" in html
    assert html.count("Votre attestation\u00a0: Forum de l’eau") == 5
    shown = code_of(people[0].uuid)
    assert f"/attestations/{shown}/" in html
    assert "Et 2\u00a0autres lettres." in html
    assert people[0].link not in html
    assert not OutgoingEmail.objects.exists()
    for _time in range(2):
        desk.post(address)
    send_certificates.call(event.pk)

    sent = OutgoingEmail.objects.filter(kind="attestation")
    assert {row.recipient for row in sent} == {person.email for person in people}
    assert sent.count() == 7
    assert Certificate.objects.count() == 8
    assert people[0].certificate.code == shown


@pytest.mark.ignore_template_errors
def test_staff_make_revoke_and_download_the_attestation_of_one_person(django_user_model):
    person = make_present(make_day(), email="")
    desk, base = staff(django_user_model), "/admin/events/registration/"

    desk.post(f"{base}attester/{person.pk}/")
    document = desk.get(f"/admin/inscriptions/{person.pk}/attestation/")
    desk.post(f"{base}revoquer-attestation/{person.pk}/", {"word": "Durée corrigée"})

    assert document["Content-Type"] == "application/pdf"
    assert Certificate.objects.get().revocation_reason == "Durée corrigée"
    assert desk.get(f"/admin/inscriptions/{person.pk}/attestation/").status_code == 404
    assert "Durée corrigée" in desk.get(f"{base}inspect/{person.pk}/").content.decode()


def test_sending_costs_as_many_queries_to_find_one_person_as_thirty():
    event = make_day()

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            people_to_send_to(event)
        return len(captured)

    make_present(event)
    before = count()
    for number in range(5):
        make_present(event, name=f"Personne {number}")

    assert count() == before
