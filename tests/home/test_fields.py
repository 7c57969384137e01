"""BodyField: block definitions stay out of migrations, and data migrations keep the body."""

import json

import pytest
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from wagtail.blocks.stream_block import StreamValue

from home.blocks import BodyBlock
from home.fields import BodyField
from home.models import StandardPage
from tests.builders import make_home

BODY = [
    {"type": "heading", "value": {"text": "Un", "level": "2", "anchor": ""}, "id": "a1"},
    {"type": "paragraph", "value": "<p>Deux</p>", "id": "a2"},
]


def stored_body(page: StandardPage) -> list[dict]:
    """Return the raw value of the column."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM home_standardpage WHERE page_ptr_id = %s", [page.pk])
        [value] = cursor.fetchone()
    return json.loads(value) if isinstance(value, str) else value


@pytest.fixture
def page(db):
    page = StandardPage(title="Le réseau", slug="le-reseau", body=BODY)
    return make_home().add_child(instance=page)


@pytest.fixture
def historical(db) -> type[models.Model]:
    """The historical model of a data migration."""
    return MigrationLoader(connection).project_state().apps.get_model("home", "StandardPage")


def test_a_data_migration_that_saves_a_page_keeps_its_body(page, historical):
    before = stored_body(page)
    row = historical.objects.get(pk=page.pk)

    row.save()

    assert before == BODY
    assert stored_body(page) == BODY


def test_a_data_migration_that_saves_one_column_or_many_rows_keeps_bodies(page, historical):
    row = historical.objects.get(pk=page.pk)
    row.save(update_fields=["body"])
    historical.objects.bulk_update(list(historical.objects.all()), ["body"])

    assert stored_body(page) == BODY


def test_a_data_migration_may_write_a_body(page, historical):
    row = historical.objects.get(pk=page.pk)
    row.body = json.dumps(BODY[:1])

    row.save()

    assert stored_body(page) == BODY[:1]


def test_the_page_reads_its_blocks_after_a_migration_saved_it(page, historical):
    historical.objects.get(pk=page.pk).save()

    body = StandardPage.objects.get(pk=page.pk).body

    assert [(block.block_type, block.id) for block in body] == [
        ("heading", "a1"),
        ("paragraph", "a2"),
    ]


def test_an_empty_body_stays_empty(db, historical):
    page = make_home().add_child(instance=StandardPage(title="Vide", slug="vide"))

    historical.objects.get(pk=page.pk).save()

    assert stored_body(page) == []


def test_blocks_stay_out_of_migrations():
    field = BodyField(BodyBlock(), blank=True, verbose_name="contenu")
    field.set_attributes_from_name("body")

    assert field.deconstruct() == (
        "body",
        "home.fields.BodyField",
        [[]],
        {"blank": True, "verbose_name": "contenu"},
    )


def test_a_field_without_blocks_keeps_the_raw_text():
    value = BodyField([]).to_python(json.dumps(BODY))

    assert isinstance(value, StreamValue)
    assert json.loads(value.raw_text) == BODY
