"""The gallery of a body: what it asks before a page is published, what it keeps of older ones, and its cost."""

import json

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.blocks import StreamBlockValidationError

from home.blocks import BodyBlock
from home.blocks.gallery import GalleryBlock, People
from home.models import StandardPage
from tests.builders import make_home, make_image

pytestmark = pytest.mark.django_db


def row(image, text="Une place", **said):
    shown = {"image": image.pk, "decorative": False, "alt_text": text}
    return {"image": shown, "caption": "", "credit": ""} | said


def body_of(*rows):
    gallery = {"type": "gallery", "value": {"title": "", "pictures": list(rows)}}
    return BodyBlock().to_python([gallery])


def refusals(body):
    """Return the errors of the gallery's rows, by row and field."""
    with pytest.raises(StreamBlockValidationError) as refused:
        body.stream_block.clean(body)
    told = refused.value.as_json_data()["blockErrors"][0]["blockErrors"]["pictures"]
    if "messages" in told:
        return told["messages"]
    return {number: list(error["blockErrors"]) for number, error in told["blockErrors"].items()}


def test_a_photo_whose_people_are_to_be_asked_is_not_published_and_its_row_says_so():
    """The second half of desk line 4, without the removal."""
    agreed, to_check = row(make_image(), people="accord"), row(make_image(), people="a-verifier")
    body = body_of(agreed, to_check, row(make_image(), people="aucune"))

    assert refusals(body) == {1: ["people"]}


def test_a_photo_without_text_is_not_published_unless_it_is_decorative():
    silent, decorative = row(make_image(), text=""), row(make_image(), text="")
    decorative["image"]["decorative"] = True

    assert refusals(body_of(silent, decorative)) == {0: ["image"]}


def test_an_empty_gallery_is_not_published():
    assert refusals(body_of()) == ["Ajoutez au moins une photo, ou supprimez la galerie."]


def test_a_draft_keeps_what_is_not_said_yet():
    rows = [row(make_image(), text="", people="a-verifier"), row(make_image())]
    body = body_of(*rows)

    kept = body.stream_block.clean_deferred(body)

    assert [one["people"] for one in kept[0].value["pictures"]] == [People.TO_CHECK, ""]
    body.stream_block.clean_deferred(body_of())


def test_a_gallery_of_before_is_published_as_it_is():
    body = body_of(row(make_image()), row(make_image()))

    assert body.stream_block.clean(body)[0].value["pictures"][0]["people"] == ""


def test_a_new_gallery_has_no_empty_row():
    assert list(GalleryBlock().get_default()["pictures"]) == []


@pytest.mark.usefixtures("wagtail_templates")
def test_the_screen_of_the_editor_costs_the_same_with_one_photo_and_with_thirty(
    client, django_user_model
):
    client.force_login(django_user_model.objects.create_superuser("admin@example.org"))
    page = make_home().add_child(instance=StandardPage(title="Photos"))
    images = [make_image(title=f"Photo {number}") for number in range(30)]

    costs = [cost_of_editing(client, page, images[:number]) for number in (1, 30)]

    assert costs[0] == costs[1]


def cost_of_editing(client, page, images):
    """Return the queries of the screen, once the thumbnails are drawn."""
    rows = [row(image) for image in images]
    page.body = json.dumps([{"type": "gallery", "value": {"title": "", "pictures": rows}}])
    page.save()
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    client.get(address)
    cache.clear()  # Wagtail keeps renditions there for a while
    with CaptureQueriesContext(connection) as queries:
        shown = client.get(address)
    assert shown.content.decode().count("max-165x165") >= len(images)
    return len(queries)
