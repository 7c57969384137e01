"""Every date of the back office is read as it is written, and its picker replaces nothing."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.admin.forms.models import formfield_for_dbfield
from wagtail.models import Page, get_page_models

from events.models import EventPage
from home.blocks.date_fields import TypedDateField, TypedDateTimeField, TypedTimeField
from home.french.dates import PARIS
from home.models import NewsPage

DATES = (forms.DateField, forms.DateTimeField, forms.TimeField)
TYPED = (TypedDateField, TypedDateTimeField, TypedTimeField)
OURS = ("home.", "events.", "directory.")


def dates_of_blocks(block: blocks.Block) -> Iterator[forms.Field]:
    if isinstance(block, blocks.FieldBlock) and isinstance(getattr(block, "field", None), DATES):
        yield block.field
    children = list(getattr(block, "child_blocks", {}).values())
    if isinstance(block, blocks.ListBlock):
        children.append(block.child_block)
    for child in children:
        yield from dates_of_blocks(child)


def columns() -> Iterator[tuple[str, forms.Field]]:
    for model in [*(one for one in apps.get_models() if one.__module__.startswith(OURS)), Page]:
        for column in model._meta.get_fields():
            if hasattr(column, "formfield") and column.editable:
                field = formfield_for_dbfield(column)
                if isinstance(field, DATES):
                    yield f"{model.__name__}.{column.name}", field


def test_every_column_and_block_of_dates_is_read_as_it_is_written() -> None:
    found = dict(columns())
    for page_type in get_page_models():
        for column in page_type._meta.get_fields():
            if hasattr(column, "stream_block"):
                for number, field in enumerate(dates_of_blocks(column.stream_block)):
                    found[f"{page_type.__name__}.{column.name}.{number}"] = field

    assert len(found) > 20
    assert [name for name, field in found.items() if not isinstance(field, TYPED)] == []
    for field in found.values():
        assert field.widget.get_config().items() >= {"validateOnBlur": False, "step": 30}.items()
        assert "Par exemple" in field.help_text


@pytest.mark.parametrize(
    ("page_type", "names"),
    [(NewsPage, {"go_live_at", "expire_at"}), (EventPage, {"starts_at", "announced_end"})],
)
def test_the_form_of_a_page_keeps_these_fields_in_its_panels(
    page_type: Any, names: set[str]
) -> None:
    fields = page_type.get_edit_handler().get_form_class().base_fields
    dates = {name: field for name, field in fields.items() if isinstance(field, DATES)}

    assert names <= set(dates)
    assert all(isinstance(field, TYPED) for field in dates.values())
    assert all(not field.widget.get_config()["validateOnBlur"] for field in dates.values())


def test_a_picker_keeps_what_its_panel_asked_of_it() -> None:
    news = NewsPage.get_edit_handler().get_form_class().base_fields["go_live_at"].widget
    event = EventPage.get_edit_handler().get_form_class().base_fields["announced_end"].widget

    assert news.get_config()["parentID"] == "#schedule-publishing-dialog"
    assert news.attrs["data-w-dialog-target"] == "notify"
    assert event.attrs["data-opens-on"] == "starts_at"


@pytest.mark.parametrize(
    ("field", "typed", "read"),
    [
        (TypedDateField(), "12 mars 2027", date(2027, 3, 12)),
        (TypedDateTimeField(), "12/03/2027 9h30", datetime(2027, 3, 12, 9, 30, tzinfo=PARIS)),
        (TypedDateTimeField(required=False), " ", None),
    ],
)
def test_a_field_reads_what_is_typed(field: forms.Field, typed: str, read: Any) -> None:
    assert field.clean(typed) == read


def test_a_field_says_what_to_write_instead() -> None:
    with pytest.raises(ValidationError) as refusal:
        TypedDateTimeField().clean("31/02/2027 10:00")

    assert refusal.value.messages == [
        "Le 31/02/2027 n’existe pas\u00a0: écrivez une autre date, par exemple 12/03/2027 ou 12 mars 2027."
    ]
