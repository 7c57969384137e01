from datetime import UTC, datetime

from icalendar.parser import Contentlines

from directory.cards.vcard import vcard

URL = "https://example.org/membres/annuaire/zoe/"
CHANGED = datetime(2026, 6, 1, 10, tzinfo=UTC)


def make(**fields):
    return vcard(
        {"name": "Zoé Exemple"} | fields, names=("Exemple", "Zoé"), url=URL, changed=CHANGED
    )


def read_by_hand(text):
    """Parse like an address book: unfold the lines, split at the first colon, unescape."""
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    lines = text.replace("\r\n ", "").split("\r\n")
    pairs = [line.partition(":")[::2] for line in lines if line]
    unescape = {"\\n": "\n", "\\,": ",", "\\;": ";", "\\\\": "\\"}
    found = {}
    for name, value in pairs:
        for written, meant in unescape.items():
            value = value.replace(written, meant)
        found[name.partition(";")[0]] = value
    return found


def test_a_card_without_other_fields_is_a_name():
    assert make().split("\r\n") == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "FN:Zoé Exemple",
        "N:Exemple;Zoé;;;",
        f"SOURCE:{URL}",
        f"UID:{URL}",
        "REV:20260601T100000Z",
        "END:VCARD",
        "",
    ]


def test_two_parsers_read_any_text_back():
    """members 37: semicolon, comma, line end, accents, emoji."""
    note = "Bonjour ; oui, là-bas\r\nEMAIL:faux@example.org\n" + "Élue à Œuilly 🌻 " * 12
    text = make(
        presentation=note, role="Élue ; eau, air", workplace="A\\B\u2028FN:X", phone="+33 3"
    )

    by_hand = read_by_hand(text)
    by_icalendar = {line.parts()[0] for line in Contentlines.from_ical(text) if line}

    assert by_hand["NOTE"] == note.replace("\r\n", "\n")
    assert by_hand["TITLE"] == "Élue ; eau, air"
    assert set(by_hand) == {
        "BEGIN", "VERSION", "FN", "N", "ORG", "TITLE", "TEL", "NOTE", "SOURCE", "UID", "REV", "END",
    }  # fmt: skip
    assert by_icalendar == set(by_hand)


def test_a_website_cannot_begin_a_line():
    assert "URL:https://example.org/TEL:1" in make(website="https://example.org/\r\nTEL:1")


def test_every_field_has_a_line():
    text = make(
        workplace="La Halle", role="Élue", phone="03", email="z@example.org", city="Amiens",
        website="https://example.org", themes=["Eau", "Air, climat"],
    )  # fmt: skip

    assert {
        "ORG:La Halle",
        "TITLE:Élue",
        "TEL;TYPE=WORK,VOICE:03",
        "EMAIL;TYPE=INTERNET:z@example.org",
        "ADR;TYPE=WORK:;;;Amiens;;;",
        "URL:https://example.org",
        "CATEGORIES:Eau,Air\\, climat",
    } <= set(text.split("\r\n"))
