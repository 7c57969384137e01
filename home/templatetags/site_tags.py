"""Template filters and tags for French typography, dates and quantities. They make no query.

All of them return an empty string for None or an empty string.
"""

from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.utils.html import conditional_escape
from django.utils.safestring import SafeData, SafeString, mark_safe

from home import french
from home.french.dates import Span, as_html, compact_pieces, hour_pieces, long_pieces
from home.markup import as_markup

register = template.Library()

#: Shown instead of a date if there is no start.
UNDATED = "Date à venir"


@register.filter(is_safe=True)
def typo(value: object) -> str:
    """Apply French spaces and apostrophes. Safe strings are treated as HTML, others as plain text."""
    if value is None:
        return ""
    if isinstance(value, SafeData):
        return french.typo_html(str(value))
    return french.typo(str(value))


@register.filter
def heading(value: object) -> SafeString:
    """Return a title as HTML, with French typography, whose words with hyphens stay on one line where there is room."""
    html = typo_html(value)
    return as_markup(french.keep_compounds(html), because="escaped by typo_html")


@register.filter
def typo_html(value: Any) -> SafeString:
    """Apply French typography to rendered rich text: `{{ page.body|richtext|typo_html }}`. Escapes unsafe text."""
    if value is None:
        return mark_safe("")
    return as_markup(
        french.typo_html(str(conditional_escape(value))), because="escaped just before"
    )


@register.filter
def long_date(value: date | None) -> str:
    """Format as `jeudi 28 avril 2022`."""
    return french.long_date(value) if value else ""


@register.filter
def day_date(value: date | None) -> str:
    """Format as `28 avril 2022`."""
    return french.long_date(value, weekday=False) if value else ""


@register.filter
def hour(value: datetime | None) -> str:
    """Format as `9h30`."""
    return french.hour(value) if value else ""


@register.filter
def iso(value: date | None) -> str:
    """Format for a `datetime` attribute, with the UTC offset of Paris."""
    return french.iso(value) if value else ""


@register.filter
def file_size(value: Any) -> str:
    """Format as `102,32 ko`."""
    return french.file_size(int(value)) if value not in (None, "") else ""


@register.filter
def count_of(value: Any, names: str) -> str:
    """Format a count with its noun: `{{ left|count_of:"place restante,places restantes" }}`."""
    return french.count_of(int(value), names) if value not in (None, "") else ""


@register.filter
def d_of(name: str) -> str:
    """Put « de » or « d’ » before a name: `Fiche {{ person.name|d_of }}`."""
    return french.d_of(name)


@register.simple_tag
def date_range(
    thing: Any, end: datetime | None = None, *, all_day: bool = False, end_given: bool = True
) -> SafeString | str:
    """Format a long date range in `<time>` elements.

    Use `{% date_range page %}` or `{% date_range start end all_day=… end_given=… %}`. An object has `starts_at` and
    `ends_at`, and may have `all_day` and `announced_end` (if that is empty, no end is shown), and `is_postponed`:
    its date is not known any more.
    """
    span = _span(thing, end, all_day=all_day, end_given=end_given)
    return (
        as_markup(as_html(long_pieces(span)), because="the pieces escape themselves")
        if span
        else UNDATED
    )


@register.simple_tag
def date_range_compact(
    thing: Any, end: datetime | None = None, *, all_day: bool = False, end_given: bool = True
) -> SafeString | str:
    """Format as `Le 09.04.2024` or `Du 27 au 30.11.2023`. Arguments as in `date_range`."""
    span = _span(thing, end, all_day=all_day, end_given=end_given)
    return (
        as_markup(as_html(compact_pieces(span)), because="the pieces escape themselves")
        if span
        else UNDATED
    )


@register.simple_tag
def hour_range(start: datetime | None, end: datetime | None = None) -> SafeString | str:
    """Format as `9h30–12h30`, each time in a `<time>` element."""
    return (
        as_markup(as_html(hour_pieces(start, end)), because="the pieces escape themselves")
        if start
        else ""
    )


def _span(thing: Any, end: datetime | None, *, all_day: bool, end_given: bool) -> Span | None:
    if not thing:
        return None
    if isinstance(thing, datetime):
        return Span(thing, end or thing, all_day, end_given and end is not None)
    if thing.starts_at is None or getattr(thing, "is_postponed", False):
        return None
    all_day = getattr(thing, "all_day", False)
    if hasattr(thing, "announced_end"):  # in a preview too, where `ends_at` is not computed yet
        return Span.announced(thing.starts_at, thing.announced_end, all_day=all_day)
    ends_at = thing.ends_at or thing.starts_at
    return Span(thing.starts_at, ends_at, all_day, thing.ends_at is not None)


@register.simple_tag
def page_numbers(page_obj: Page) -> list[int | str]:
    """Return the page numbers to show: first, last, two on each side of the current one, and ellipses."""
    return list(
        page_obj.paginator.get_elided_page_range(page_obj.number, on_each_side=2, on_ends=1)
    )
