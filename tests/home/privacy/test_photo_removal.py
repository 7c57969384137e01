"""A photo that somebody asks to remove: out of public pages and drafts, then gone with its files."""

import json

import pytest
from django.urls import reverse

from home.models import SiteImage, StandardPage
from tests.builders import make_home, make_image

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wagtail_templates")]


def shown(image):
    return {"image": image.pk, "decorative": False, "alt_text": "Une place"}


def gallery(*images):
    rows = [{"image": shown(image), "caption": "", "credit": ""} for image in images]
    return {"type": "gallery", "value": {"title": "", "pictures": rows}}


def page_with(title, *blocks, **fields):
    page = StandardPage(title=title, body=json.dumps(blocks), **fields)
    page = make_home().add_child(instance=page)
    page.save_revision().publish()
    return StandardPage.objects.get(pk=page.pk)


def shown_by(page):
    """Return the kinds of blocks that a page has, and the keys of its galleries’ images."""
    images = [
        row["image"] and row["image"].pk
        for block in page.body
        if block.block_type == "gallery"
        for row in block.value["pictures"]
    ]
    return [block.block_type for block in page.body], images


@pytest.fixture
def remove(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("admin@example.org"))
    return lambda image: client.post(reverse("wagtailimages:delete", args=[image.pk]))


def test_a_photo_leaves_every_page_and_its_files_go(remove, django_capture_on_commit_callbacks):
    """The removal of desk line 4: from three pages, in one gesture."""
    image, other = make_image(), make_image(title="Une autre")
    one = page_with("Une", gallery(image, other), main_image=image)
    two = page_with("Deux", gallery(image), {"type": "paragraph", "value": "<p>Reste</p>"})
    person = {"name": "Camille", "role": "", "organisation": "", "portrait": shown(image)}
    three = page_with(
        "Trois",
        {"type": "image", "value": {"image": shown(image), "caption": "", "credit": ""}},
        {"type": "speakers", "value": {"title": "Avec", "speakers": [person]}},
    )
    original = image.file.storage, image.file.name
    small = image.get_rendition("max-165x165").file
    small = small.storage, small.name

    with django_capture_on_commit_callbacks(execute=True):
        answer = remove(image)

    assert answer.status_code == 302
    assert not SiteImage.objects.filter(pk=image.pk).exists()
    assert [storage.exists(name) for storage, name in (original, small)] == [False, False]
    for page in (one, two, three):
        page.refresh_from_db()
        assert not page.has_unpublished_changes
        assert shown_by(page) == shown_by(page.get_latest_revision_as_object())
    assert (one.main_image, shown_by(one)) == (None, (["gallery"], [other.pk]))
    assert shown_by(two)[0] == ["paragraph"]
    assert shown_by(three)[0] == ["speakers"]
    assert three.body[0].value["speakers"][0]["portrait"] is None


def test_a_draft_loses_the_photo_and_is_not_published(remove):
    image, other = make_image(), make_image(title="Une autre")
    page = page_with("Une", gallery(other))
    page.title, page.body = "Un brouillon", json.dumps([gallery(image, other)])
    page.save_revision()

    remove(image)

    page = StandardPage.objects.get(pk=page.pk)
    draft = page.get_latest_revision_as_object()
    assert (page.title, draft.title, page.has_unpublished_changes) == ("Une", "Un brouillon", True)
    assert shown_by(draft) == shown_by(page) == (["gallery"], [other.pk])


def test_a_page_that_never_showed_it_has_no_new_version(remove):
    image, other = make_image(), make_image(title="Une autre")
    page = page_with("Une", gallery(other))

    remove(image)

    page.refresh_from_db()
    assert page.revisions.count() == 1


def test_who_may_not_delete_the_image_removes_nothing(client, django_user_model):
    image = make_image()
    page = page_with("Une", gallery(image))
    client.force_login(django_user_model.objects.create_user("lecture@example.org"))

    client.post(reverse("wagtailimages:delete", args=[image.pk]))

    page.refresh_from_db()
    assert shown_by(page) == (["gallery"], [image.pk])
