"""Filters and tags of `site_tags`, used in templates."""

from datetime import date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.utils.safestring import mark_safe

from home.french import count_of, file_size

N, F = "\u00a0", "\u202f"
START = datetime(2022, 4, 28, 14, tzinfo=ZoneInfo("Europe/Paris"))
END = datetime(2022, 4, 28, 17, tzinfo=ZoneInfo("Europe/Paris"))


def render(source: str, **context: object) -> str:
    return Template("{% load site_tags %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("size", "written"),
    [
        (104_776, "102,32 ko"),
        (0, "0 o"),
        (1023, "1023 o"),
        (8192, "8 ko"),
        (1_572_864, "1,5 Mo"),
        (1_048_575, "1 Mo"),
        (3 * 1024**3, "3 Go"),
        (5000 * 1024**3, "5000 Go"),
        (-1, "0 o"),
    ],
)
def test_file_size_counts_1024_bytes_per_ko(size, written):
    assert file_size(size) == written.replace(" ", N)


@pytest.mark.parametrize(
    ("count", "written"),
    [
        (0, "0 place restante"),
        (1, "1 place restante"),
        (2, "2 places restantes"),
        (12_000, f"12{F}000 places restantes"),
    ],
)
def test_count_of_zero_is_singular(count, written):
    """registration 74."""
    assert count_of(count, "place restante,places restantes") == (
        f"{N}".join(written.split(" ", 1))
    )


def test_count_of_adds_an_s_to_a_single_name():
    assert [count_of(1, "session"), count_of(3, "session")] == [f"1{N}session", f"3{N}sessions"]


def test_typo_escapes_what_is_not_safe():
    assert render("{{ text|typo }}", text="l'eau <b> !") == f"l’eau &lt;b&gt;{F}!"


def test_typo_treats_safe_text_as_html():
    text = mark_safe("<b title='a !'>l&#x27;eau !</b>")

    assert render("{{ text|typo }}", text=text) == f"<b title='a !'>l’eau{F}!</b>"


def test_typo_html_keeps_markup_and_escapes_what_is_not_safe():
    safe, unsafe = mark_safe("<i>oui !</i>"), "<i>oui !</i>"

    assert render("{{ text|typo_html }}", text=safe) == f"<i>oui{F}!</i>"
    assert render("{{ text|typo_html }}", text=unsafe) == f"&lt;i&gt;oui{F}!&lt;/i&gt;"


def test_filters_format_dates_and_hours():
    source = "{{ at|long_date }} / {{ at|day_date }} / {{ at|hour }} / {{ at|iso }} / {{ day|iso }}"

    assert render(source, at=START, day=date(2024, 10, 1)) == (
        "jeudi 28 avril 2022 / 28 avril 2022 / 14h / 2022-04-28T14:00:00+02:00 / 2024-10-01"
    )


def test_filters_format_quantities():
    assert render('{{ n|file_size }} {{ n|count_of:"place" }}', n=1024) == (
        f"1{N}ko 1{F}024{N}places"
    )


@pytest.mark.parametrize(
    "name", ["typo", "typo_html", "long_date", "day_date", "hour", "iso", "file_size"]
)
def test_a_filter_prints_nothing_for_none(name):
    assert render(f"{{{{ nothing|{name} }}}}", nothing=None) == ""


def test_date_range_takes_datetimes():
    written = (
        'Le <time datetime="2022-04-28T14:00:00+02:00">jeudi 28 avril 2022, de 14h</time>'
        ' à <time datetime="2022-04-28T17:00:00+02:00">17h</time>'
    )

    assert render("{% date_range start end %}", start=START, end=END) == written


def test_date_range_takes_an_object_with_an_announced_end():
    midnight_after = datetime(2022, 4, 29, tzinfo=ZoneInfo("Europe/Paris"))
    event = SimpleNamespace(
        starts_at=START, ends_at=midnight_after, announced_end=None, all_day=False
    )

    assert render("{% date_range event %}", event=event) == (
        'Le <time datetime="2022-04-28T14:00:00+02:00">jeudi 28 avril 2022, à 14h</time>'
    )


def test_date_range_takes_an_object_of_whole_days():
    event = SimpleNamespace(starts_at=START, ends_at=None, announced_end=None, all_day=True)

    assert render("{% date_range_compact event %}", event=event) == (
        'Le <time datetime="2022-04-28">28.04.2022</time>'
    )


def test_date_range_takes_an_object_with_start_and_end_only():
    session = SimpleNamespace(starts_at=START, ends_at=END)
    open_session = SimpleNamespace(starts_at=START, ends_at=None)

    assert render("{% date_range session %}", session=session).endswith(">17h</time>")
    assert render("{% date_range session %}", session=open_session).endswith(", à 14h</time>")


def test_date_range_is_undated_without_a_start():
    event = SimpleNamespace(starts_at=None, ends_at=None)

    assert render("{% date_range event %} {% date_range_compact event %}", event=event) == (
        "Date à venir Date à venir"
    )


def test_hour_range_puts_each_hour_in_a_time_element():
    assert render("{% hour_range start end %}{% hour_range None %}", start=START, end=END) == (
        '<time datetime="2022-04-28T14:00:00+02:00">14h</time>–'
        '<time datetime="2022-04-28T17:00:00+02:00">17h</time>'
    )


def test_page_numbers_are_few_for_any_length():
    """500 pages are not 500 links."""
    pages = Paginator(range(12_000), 24)

    written = render(
        "{% page_numbers page as numbers %}{{ numbers|join:' ' }}", page=pages.page(250)
    )

    assert written == "1 … 248 249 250 251 252 … 500"
