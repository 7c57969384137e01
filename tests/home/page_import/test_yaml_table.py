"""Parsing of the YAML header: scalars stay text, errors have line numbers."""

from datetime import date, datetime, time

import pytest

from home.page_import.refusal import ImportRefusal
from home.page_import.yaml_table import PARIS, Table, read_header


def header(text: str) -> Table:
    return read_header(text, first_line=2)


def refusal(text: str) -> str:
    with pytest.raises(ImportRefusal) as caught:
        header(text)
    return str(caught.value)


def test_a_scalar_stays_text():
    read = header("postcode: 01000\ntitle: Oui\nstart: 14:00\nnumber: 1_000\nnothing:\nabsent: ~\n")

    assert read.values == {
        "postcode": "01000",
        "title": "Oui",
        "start": "14:00",
        "number": "1_000",
        "nothing": None,
        "absent": None,
    }


def test_nothing_invisible_comes_in():
    read = header("title: 'Une\u200b\u00a0journée\u00ad'\nthemes: ['\ufeffEau', \u2060Eau]\n")

    assert read.text("title") == "Une journée"
    assert read.texts("themes") == ["Eau"]


def test_a_table_knows_the_line_of_each_key():
    read = header("type: event\nvenue:\n  name: La Halle\n  city: Lens\n")

    assert (read.lines, read.table("venue").lines) == (
        {"type": 2, "venue": 3},
        {"name": 4, "city": 5},
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [1\n", "3: broken header: expected ',' or ']', but got '<stream end>'"),
        ("- a\n- b\n", "2: broken header: keys with their values are expected"),
        ("", "2: broken header: keys with their values are expected"),
        ("title: un\ntitle: deux\n", "3: title is repeated"),
        ("a: &x [1]\nb: *x\n", "2: anchors and aliases are not read"),
        ("a: b\nc: !!int 3\n", "3: tag tag:yaml.org,2002:int is not read"),
        ("a: b\n? [c]\n: d\n", "3: broken header: a key is a word"),
        (f"a: {'[' * 30_000}\n", "2: broken header: RecursionError"),
        (f"a: {'x' * 64_000}\n", "2: header over 64000 characters"),
        ("a: b\n\tc: d\n", "3: broken header: found character '\\t' that cannot start any token"),
    ],
)
def test_a_broken_header_is_refused_with_its_line(text, expected):
    assert refusal(text) == expected


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2024-03-25", date(2024, 3, 25)),
        ("2024-03-25T09:30", datetime(2024, 3, 25, 9, 30, tzinfo=PARIS)),
        ("2024-03-25 9:30", datetime(2024, 3, 25, 9, 30, tzinfo=PARIS)),
        ("2024-03-25T09:30:00", datetime(2024, 3, 25, 9, 30, tzinfo=PARIS)),
        ("2024-03-25T08:30:00Z", datetime(2024, 3, 25, 9, 30, tzinfo=PARIS)),
        ("2024-07-01T11:30+04:00", datetime(2024, 7, 1, 9, 30, tzinfo=PARIS)),
    ],
)
def test_a_date_is_read_in_paris_time(written, moment):
    assert header(f"start: {written}\n").moment("start") == moment


@pytest.mark.parametrize(
    "written",
    [
        "demain",
        "2024-13-01",
        "2024-02-30",
        "25/03/2024",
        "2024-03-25T25:00",
        "2024-03-31T02:30",
        "2024-10-27T02:30",
        "0001-01-01",
        "20240325",
    ],
)
def test_an_invalid_date_is_refused(written):
    with pytest.raises(ImportRefusal, match=r"2: start: .* is not a date"):
        header(f"start: {written}\n").moment("start")


@pytest.mark.parametrize(
    ("written", "clock"), [("14:00", time(14)), ("09:30", time(9, 30)), ("9h30", time(9, 30))]
)
def test_an_hour_is_read_with_or_without_quotes(written, clock):
    assert header(f"start: {written}\n").clock("start") == clock


@pytest.mark.parametrize(
    ("text", "ask", "reason"),
    [
        ("a: [b]\n", lambda table: table.text("a"), "a: a text is expected"),
        ("b: c\n", lambda table: table.text("a", required=True), "a is missing"),
        (
            "a: 0\n",
            lambda table: table.number("a"),
            "a: '0' is not a number of 1 or more; without a limit, leave it out",
        ),
        (
            "a: ²\n",
            lambda table: table.number("a"),
            "a: '²' is not a number of 1 or more; without a limit, leave it out",
        ),
        ("a: 25h00\n", lambda table: table.clock("a"), "a: '25h00' is not an hour"),
        ("a: b\n", lambda table: table.table("a"), "a: a mapping is expected"),
        ("a: b\n", lambda table: table.tables("a"), "a: a list of mappings is expected"),
        ("a: b\n", lambda table: table.texts("a"), "a: a list of texts is expected"),
        ("a: peut-être\n", lambda table: table.truth("a"), "a: 'peut-être' is none of"),
        ("a: ftp://x.org/\n", lambda table: table.address("a"), "a: 'ftp://x.org/' is not a web"),
        ("a: b\nstrat: c\n", lambda table: table.allow("a"), "strat: unknown key"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(text, ask, reason):
    with pytest.raises(ImportRefusal) as caught:
        ask(header(text))

    assert caught.value.reason.startswith(reason)
