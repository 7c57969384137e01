"""Tables of a workshop: nobody left out, five to eight people, structures apart, no address on paper."""

import re
from collections import Counter
from io import BytesIO

import pikepdf
import pytest

from events.models import Question
from events.sheets.documents import badges, table_sheets
from events.sheets.tables import TableGuest, table_guests, workshop_tables
from home.pdf.leaflets import Letterhead
from tests.builders import make_event, make_registration, make_session
from tests.home.pdf.test_leaflets import tags

HEAD = Letterhead(name="Réseau des communs")


def people(number: int, structures: int = 0) -> list[TableGuest]:
    return [
        TableGuest(f"Nom {one}", f"Structure {one % structures}" if structures else "", "")
        for one in range(number)
    ]


def test_everybody_has_a_seat_at_a_table_of_five_to_eight():
    """desk 28: fewer than five are at one table; nine, the one number that cannot be cut so, are five and four."""
    wrong = []
    for number in range(1, 200):
        guests = people(number, structures=7)
        tables = workshop_tables(guests)
        sizes = sorted(len(table.guests) for table in tables)
        expected = {number} if number < 5 else {4, 5} if number == 9 else set(range(5, 9))
        seated = Counter(guest for table in tables for guest in table.guests)
        if seated != Counter(guests) or not set(sizes) <= expected or sizes[-1] - sizes[0] > 1:
            wrong.append((number, sizes))

    assert wrong == []


def test_people_of_one_structure_are_shared_out_the_same_way_each_time():
    guests = [*people(13, structures=2), *people(13)]

    tables = workshop_tables(guests)

    assert tables == workshop_tables(list(guests))
    of_one = [Counter(one.group for one in table.guests if one.group) for table in tables]
    assert max(count for table in of_one for count in table.values()) == 2  # 7 people, 4 tables


@pytest.mark.django_db
def test_a_sheet_for_each_table_has_needs_and_no_address():
    """desk 28, desk 16: a tagged PDF; the words of the structure tree and of the file hold no address."""
    event = make_event(title="Forum", sessions=[make_session()])
    need = Question.objects.create(event=event, label="Besoin", purpose=Question.Purpose.NEED)
    for number in range(12):
        said = {"label": "Besoin", "retention": "normal", "value": f"Trouver {number}"}
        answers = {str(need.uuid): said} if number else {}
        make_registration(event, event.sessions.get(), name=f"Nom {number}", answers=answers)
    guests = table_guests(need)

    content = table_sheets(workshop_tables(guests), need, event, HEAD)

    assert [guest.need for guest in guests if guest.name in ("Nom 0", "Nom 3")] == ["", "Trouver 3"]
    assert not re.search("@", repr(guests))
    with pikepdf.open(BytesIO(content)) as pdf, pdf.open_metadata() as told:
        kinds = Counter(str(node["/S"]) for node in tags(pdf.Root.StructTreeRoot))
        assert len(pdf.pages) == 2
        assert (kinds["/H1"], kinds["/Table"], kinds["/TH"]) == (2, 2, 4)
        assert told["dc:title"] == "Tables – Forum"
        assert str(pdf.Root.Lang) == "fr-FR"


@pytest.mark.django_db
def test_only_those_present_are_seated_when_asked():
    event = make_event(sessions=[make_session()])
    need = Question.objects.create(event=event, label="Besoin", purpose=Question.Purpose.NEED)
    here, away = (make_registration(event, event.sessions.get(), name=name) for name in "AB")
    here.seats.update(present_at=event.starts_at)

    assert [guest.name for guest in table_guests(need, present=True)] == ["A"]
    assert [guest.name for guest in table_guests(need)] == [here.name, away.name]


@pytest.mark.django_db
def test_badges_are_eight_on_a_tagged_page():
    """desk 16: names of any length are set; nobody's breaks the sheet."""
    event = make_event(title="Forum", sessions=[make_session()])
    names = ["Ada", "Jean-Baptiste de la Rochefoucauld-Liancourt", "X" * 120, *"BCDEFG"]
    found = [make_registration(event, name=name, organisation="Mairie") for name in names]

    with pikepdf.open(BytesIO(badges(found, event, HEAD))) as pdf, pdf.open_metadata() as told:
        assert len(pdf.pages) == 2
        assert told["dc:title"] == "Badges – Forum"
        assert told["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
