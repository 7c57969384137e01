"""Renditions: drawn by the worker from one decoding, and only read by pages."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult
from PIL import Image

from home.batches import LONG
from home.media.image_sizes import (
    EVERY_SPEC,
    picture_of,
    queue_missing_renditions,
    shared_rendition,
    specs_for,
)
from home.media.renditions import draw
from home.models import SiteImage, SiteRendition
from home.models.media import repair_originals
from tests.builders import make_image, make_news
from tests.home.media.picture_files import DAMAGED, FILM, SOUND, encoded, photo, scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker_is_stopped(settings):
    """Queue tasks as on a running site, where nobody runs them."""
    settings.TASKS = {"default": settings.TASKS["default"] | {"BACKEND": QUEUE}}


QUEUE = "django_tasks_db.DatabaseBackend"


def photo_of(size=(900, 600), fmt="JPEG"):
    return ContentFile(encoded(scene(size=size), fmt), name=f"photo.{fmt.lower()}")


def undrawn(**fields):
    """Return an image whose renditions the worker has not drawn yet."""
    image = make_image(**fields)
    SiteRendition.objects.all().delete()
    return SiteImage.objects.get(pk=image.pk)


def spoil(image, content=b"nothing"):
    """Damage an original behind the site's back, as a disk or a half-restored backup does."""
    storage, name = image.file.storage, image.file.name
    storage.delete(name)
    storage.save(name, ContentFile(content))
    SiteRendition.objects.all().delete()


def test_an_image_has_all_its_sizes_once_it_is_stored():
    image = make_image(file=photo_of())

    made = set(SiteRendition.objects.values_list("filter_spec", flat=True))
    assert made == set(specs_for(image)) <= set(EVERY_SPEC)


def test_the_original_is_decoded_once_for_all_sizes(unpacked, monkeypatch):
    image = undrawn(file=photo_of((2400, 90)))
    unpacked.clear()
    opened, open_file = [], SiteImage.open_file
    monkeypatch.setattr(SiteImage, "open_file", lambda self: opened.append(self) or open_file(self))

    draw(image, specs_for(image))

    assert set(unpacked) == {(2400, 90)}
    assert opened == [image]


def test_a_large_photo_is_decoded_no_larger_than_needed(unpacked):
    image = undrawn(file=photo_of((3200, 2400)))
    unpacked.clear()

    draw(image, ["width-1280|format-jpeg", "fill-960x720|format-jpeg"])

    assert set(unpacked) == {(1600, 1200)}


@pytest.mark.parametrize("size", [(900, 600), (640, 900), (1600, 40), (3, 2)])
@pytest.mark.parametrize("focus", [None, (10, 10, 5, 5)])
def test_renditions_have_the_dimensions_that_wagtail_would_give_them(size, focus):
    image = undrawn(file=photo_of(size))
    if focus:
        x, y, width, height = focus
        SiteImage.objects.update(
            focal_point_x=x, focal_point_y=y, focal_point_width=width, focal_point_height=height
        )
        image.refresh_from_db()
    specs = ["width-480|format-jpeg", "fill-320x213|format-jpeg", "max-320x160"]

    draw(image, specs)

    drawn = {one.filter_spec: (one.width, one.height) for one in SiteRendition.objects.all()}
    SiteRendition.objects.all().delete()
    image = SiteImage.objects.get()
    again = {spec: image.get_rendition(spec) for spec in specs}
    assert drawn == {spec: (one.width, one.height) for spec, one in again.items()}


def test_the_area_that_the_editor_chose_is_what_a_crop_shows():
    image = undrawn(file=photo_of((900, 600)))  # its upper left corner is red
    SiteImage.objects.update(
        focal_point_x=100, focal_point_y=100, focal_point_width=100, focal_point_height=100
    )

    draw(SiteImage.objects.get(pk=image.pk), ["fill-256x256|format-jpeg"])

    with SiteRendition.objects.get().file.open() as file:
        red, green, _ = Image.open(file).getpixel((40, 40))
    assert red > 200
    assert green < 60


@pytest.mark.parametrize("name", SOUND)
def test_every_sound_picture_is_drawn(name):
    image = make_image(file=ContentFile(SOUND[name], name=name))

    assert SiteRendition.objects.count() == len(specs_for(image))


def test_what_is_missing_is_drawn_once_a_page_has_asked(client):
    first, second = undrawn(), undrawn()
    page = make_news(main_image=first)
    SiteRendition.objects.all().delete()

    client.get(page.url)

    drawn = set(SiteRendition.objects.values_list("image", flat=True))
    assert drawn == {first.pk, second.pk}
    assert "data:" not in client.get(page.url).content.decode()


def test_a_new_focal_area_is_drawn_when_it_is_saved():
    image = SiteImage.objects.get(pk=make_image(file=photo_of()).pk)
    image.focal_point_x = image.focal_point_y = 20
    image.focal_point_width = image.focal_point_height = 10
    image.save()

    fresh = SiteImage.objects.get(pk=image.pk)
    assert picture_of(fresh, "card").srcset


@pytest.mark.usefixtures("worker_is_stopped")
class TestPage:
    def test_a_page_draws_nothing_and_asks_once(self, client, unpacked):
        page = make_news(main_image=undrawn())
        unpacked.clear()
        DBTaskResult.objects.all().delete()

        answers = [client.get(page.url) for _ in range(3)]

        assert unpacked == []
        assert not SiteRendition.objects.exists()
        assert {answer.status_code for answer in answers} == {200}
        asked = DBTaskResult.objects.values_list("task_path", flat=True)
        assert list(asked) == [queue_missing_renditions.module_path]

    def test_a_picture_that_is_not_drawn_keeps_its_place(self):
        shown = picture_of(undrawn(), "main")

        assert (shown.srcset, shown.sources) == ("", [])
        assert (shown.fallback.width, shown.fallback.height) == (300, 200)
        assert shown.fallback.url.startswith("data:image/svg+xml,")

    def test_the_nearest_size_is_shown_until_the_others_are_drawn(self):
        image = undrawn(file=photo_of())
        draw(image, ["width-640|format-jpeg", "width-640|format-webp"])

        shown = picture_of(SiteImage.objects.get(pk=image.pk), "main")

        assert [kind for kind, _ in shown.sources] == ["image/webp"]
        assert shown.srcset.endswith(" 640w")

    def test_a_social_network_gets_no_picture_before_there_is_one(self, client):
        page = make_news(main_image=undrawn())

        html = client.get(page.url).content.decode()

        assert shared_rendition(page.main_image) is None
        assert "og:image" not in html
        assert '"image"' not in html

    def test_publishing_and_storing_queue_on_the_long_queue_only(self):
        make_news(main_image=make_image())

        ours = DBTaskResult.objects.filter(task_path__startswith="home.media.")
        assert set(ours.values_list("queue_name", flat=True)) == {LONG}


@pytest.mark.parametrize("content", [b"nothing", b"", DAMAGED["cut.jpg"]])
def test_an_original_that_is_damaged_later_costs_no_more_than_its_placeholder(
    client, content, caplog
):
    page = make_news(main_image=make_image())
    spoil(page.main_image, content)

    for address in (page.url, page.get_parent().url, "/", "/actualites/flux/"):
        assert client.get(address).status_code == 200, address
    assert "data:image/svg+xml," in client.get(page.url).content.decode()
    assert "cannot be drawn" in caplog.text


def test_an_original_that_is_gone_costs_no_more_than_its_placeholder(client):
    page = make_news(main_image=make_image())
    page.main_image.file.storage.delete(page.main_image.file.name)
    SiteRendition.objects.all().delete()

    assert client.get(page.url).status_code == 200


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize(
    "name", ["wagtailimages:index", "wagtailimages:edit", "wagtailimages_chooser:chosen"]
)
def test_the_back_office_survives_a_picture_that_cannot_be_drawn(admin_client, name):
    image = make_image()
    spoil(image)

    answer = admin_client.get(reverse(name, args=[] if name.endswith("index") else [image.pk]))

    assert answer.status_code == 200
    assert "data:image/svg+xml," in answer.content.decode()


def test_every_rendition_of_a_published_page_exists_beforehand():
    image, portrait = (make_image(file=photo_of((60, 40))) for _ in range(2))
    page = make_news(
        main_image=image,
        body=[
            ("gallery", {"title": "", "pictures": [{"image": image, "caption": "", "credit": ""}]}),
            ("image", {"image": image, "caption": "", "credit": ""}),
            ("speakers", {"speakers": [{"name": "Camille Exemple", "portrait": portrait}]}),
        ],
    )
    made = set(SiteRendition.objects.values_list("image", "filter_spec"))

    assert Client().get(page.url).status_code == 200

    assert set(SiteRendition.objects.values_list("image", "filter_spec")) == made
    assert {key for key, _spec in made} == {image.pk, portrait.pk}


def stored_before(content, **fields):
    """Return an image as it was stored before pictures passed a door."""
    image = make_image()
    image.file.storage.delete(image.file.name)
    name = image.file.storage.save(image.file.name, ContentFile(content))
    width, height = Image.open(BytesIO(content)).size
    fields = {"file": name, "width": width, "height": height, "is_prepared": False} | fields
    SiteImage.objects.filter(pk=image.pk).update(**fields)
    return SiteImage.objects.get(pk=image.pk)


def test_a_photo_that_lay_down_is_repaired_with_its_focal_area():
    """The face is at a tenth of the width and of the height of the upright photo."""
    stored_before(
        photo(orientation=6),
        focal_point_x=12,
        focal_point_y=9,
        focal_point_width=24,
        focal_point_height=18,
    )

    repair_originals.enqueue()

    repaired = SiteImage.objects.get()
    assert (repaired.width, repaired.height, repaired.is_prepared) == (90, 120, True)
    assert tuple(repaired.get_focal_point().centroid) == (9, 12)


def test_a_repaired_picture_keeps_what_was_drawn_where_its_pixels_stay():
    stored_before(photo() + FILM)
    drawn = set(SiteRendition.objects.values_list("pk", flat=True))

    repair_originals.enqueue()

    repaired = SiteImage.objects.get()
    with repaired.open_file() as file:
        assert b"film" not in file.read()
    assert drawn <= set(SiteRendition.objects.values_list("pk", flat=True))


def test_a_picture_that_cannot_be_repaired_is_told_and_the_next_one_is(caplog):
    spoil(stored_before(photo()))
    stored_before(SOUND["16 bits.png"])

    repair_originals.enqueue()

    assert [image.is_prepared for image in SiteImage.objects.order_by("pk")] == [False, True]
    assert "cannot be repaired" in caplog.text
