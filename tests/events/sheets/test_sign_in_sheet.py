"""Sign-in sheets: the PDF, its numbers, and who did not sign."""

from collections import Counter
from datetime import timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from events.models import CheckIn, SignInSheet
from events.registration import signup
from events.sheets.absences import WrongNumbers, numbers_in
from events.sheets.documents import sign_in_sheet
from events.sheets.numbers import print_sheet
from home.pdf.leaflets import Letterhead
from tests.builders import NOW, make_event, make_registration, make_session
from tests.home.pdf.test_leaflets import tags

HEAD = Letterhead(name="Réseau des communs")


def make_day(people: int = 3) -> Any:
    """An event of today, with this many people."""
    session = make_session(title="Matinée", starts_at=NOW)
    event = make_event(title="Forum", slug="forum", starts_at=NOW, sessions=[session])
    session = event.sessions.get()
    for number in range(people):
        name = f"Prénom N{number:03}"
        make_registration(event, session, name=name, organisation="Mairie", email="")
    return event, session


@pytest.mark.django_db
def test_forty_people_sign_two_tagged_pages():
    """registration 60, desk 16: structure, language, title, headings of the table, fonts, pages."""
    event, session = make_day(40)
    sheet = print_sheet(event=event, session=session, now=NOW)

    with (
        pikepdf.open(BytesIO(sign_in_sheet(sheet, event, HEAD))) as pdf,
        pdf.open_metadata() as told,
    ):
        root = pdf.Root
        nodes = tags(root.StructTreeRoot)
        kinds = Counter(str(node["/S"]) for node in nodes)
        fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]

        assert len(pdf.pages) == 2
        assert (str(root.Lang), bool(root.MarkInfo.Marked)) == ("fr-FR", True)
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert told["dc:title"] == "Feuille d’émargement – Forum"
        assert told["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        assert (kinds["/H1"], kinds["/Table"], kinds["/THead"], kinds["/TH"]) == (1, 1, 1, 4)
        assert kinds["/TR"] == 1 + 40 + sheet.blank_lines
        assert sheet.blank_lines >= 6
        assert fonts
        assert all(is_embedded(font) for font in fonts)


def is_embedded(font: Any) -> bool:
    descriptor = font.DescendantFonts[0].FontDescriptor
    return any(name in descriptor for name in ("/FontFile2", "/FontFile3"))


@pytest.mark.django_db
def test_a_printed_sheet_keeps_its_numbers():
    """By surname; a person who registers or cancels afterwards moves nobody, and the same list is the same sheet."""
    event, session = make_day(0)
    people = [
        make_registration(event, session, name=name, email="")
        for name in ("Zoé Martin", "Élie d’Alembert", "Ana Bel")
    ]
    make_registration(event, session, name="Paul Attente", waiting=True)
    sheet = print_sheet(event=event, session=session, now=NOW)
    again = print_sheet(event=event, session=session, now=NOW + timedelta(hours=1))

    make_registration(event, session, name="Abel Abel", email="")
    signup.cancel(registration=people[1], by=None, now=NOW)
    other = print_sheet(event=event, session=session, now=NOW)

    zoe, elie, ana = (one.pk for one in people)
    assert again == sheet
    assert SignInSheet.objects.get(pk=sheet.pk).people == [elie, ana, zoe]
    assert other.people[1:] == [ana, zoe]


SHEET = SignInSheet(people=list(range(1, 41)), blank_lines=6)


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("4, 11, 17", {4, 11, 17}),
        ("Tous sauf 4, 11-13", {4, 11, 12, 13}),
        ("  4 ;11 – 13 et 40\n", {4, 11, 12, 13, 40}),
        ("11 à 12", {11, 12}),
        ("", set()),
    ],
)
def test_numbers_are_read_as_they_are_typed(typed, numbers):
    assert numbers_in(typed, SHEET) == numbers


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("99, x", ["99", "x"]),
        ("0", ["0"]),
        ("38-44", ["38-44"]),
        ("43", ["43 tombe sur une ligne libre"]),
        ("13-11", ["13-11"]),
        ("4, 1-99999999999", ["1-99999999999"]),
        ("-4", ["-4"]),
        ("٤", ["٤"]),
        ("4.5", ["4.5"]),
    ],
)
def test_wrong_numbers_are_named(typed, named):
    """registration 63."""
    with pytest.raises(WrongNumbers) as refused:
        numbers_in(typed, SHEET)

    assert [part for part in named if part not in str(refused.value)] == []


@pytest.fixture
def sheet(clock):
    event, session = make_day(5)
    return print_sheet(event=event, session=session, now=NOW)


def address_of(sheet: SignInSheet) -> str:
    return f"/admin/evenements/{sheet.session.event_id}/le-jour-meme/feuilles/{sheet.pk}/absences/"


@pytest.mark.django_db
@pytest.mark.ignore_template_errors
@pytest.mark.usefixtures("wagtail_templates")
def test_all_but_three_are_noted_once_their_names_were_read(admin, sheet):
    """registration 63: « tous sauf 2, 4, 5 » → three absent; who registered after the printing is left alone."""
    late = make_registration(sheet.session.event, sheet.session, name="Tard Venue", email="")

    asked = admin.post(address_of(sheet), {"absent": "2, 4-5"})
    before = CheckIn.objects.count()
    seen = asked.context["reading"].fingerprint
    done = admin.post(address_of(sheet), {"absent": "2, 4-5", "seen": seen, "confirmer": "1"})

    shown = asked.content.decode()
    assert [
        name for name in ("Prénom N001", "Prénom N003", "Prénom N004") if name not in shown
    ] == []
    assert "Prénom N000" not in shown
    assert (before, done.status_code) == (0, 302)
    present = sheet.session.seats.present().values_list("registration", flat=True)
    assert set(present) == {sheet.people[0], sheet.people[2]}
    assert late.pk not in present


@pytest.mark.django_db
@pytest.mark.ignore_template_errors
@pytest.mark.usefixtures("wagtail_templates")
def test_wrong_numbers_and_another_list_record_nothing(admin, sheet):
    """registration 63: « tous sauf 99, x » → an error, nothing recorded; nor is what nobody has read."""
    wrong = admin.post(address_of(sheet), {"absent": "99, x", "confirmer": "1", "seen": ""})
    unread = admin.post(address_of(sheet), {"absent": "1", "confirmer": "1", "seen": "2"})

    assert "Le numéro 99 n’est pas sur cette feuille" in wrong.content.decode()
    assert "La liste a changé" in unread.content.decode()
    assert not CheckIn.objects.exists()


@pytest.mark.django_db
@pytest.mark.ignore_template_errors
@pytest.mark.usefixtures("wagtail_templates")
def test_the_day_costs_as_many_queries_whatever_the_number_of_people(
    admin, sheet, django_assert_max_num_queries
):
    address = f"/admin/evenements/{sheet.session.event_id}/le-jour-meme/"

    def queries(address: str) -> int:
        with django_assert_max_num_queries(200) as counted:
            assert admin.get(address).status_code == 200
        return len(counted.captured_queries)

    queries(address)  # what is read once per process
    few = queries(address), queries(address_of(sheet))
    for number in range(10):
        make_registration(
            sheet.session.event, sheet.session, name=f"Autre {number}", email=f"a{number}@b.fr"
        )
        print_sheet(event=sheet.session.event, session=sheet.session, now=NOW)

    assert (queries(address), queries(address_of(sheet))) == few
