from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from home.models import SiteImage
from tests.builders import make_home

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

WAYS = {
    "one": ("wagtailimages:add", "file", ""),
    "several": ("wagtailimages:add_multiple", "files[]", ""),
    "in a page": (
        "wagtailimages_chooser:create",
        "image-chooser-upload-file",
        "image-chooser-upload-",
    ),
}


@pytest.fixture
def upload(client, django_user_model):
    """A function that uploads a black image of a given size, in one of the editors' ways."""
    client.force_login(django_user_model.objects.create_superuser("admin@example.org"))
    root = str(make_home().get_root().pk)

    def send(way, size):
        content = BytesIO()
        Image.new("1", size).save(content, "PNG")
        name, field, prefix = WAYS[way]
        data = {
            field: SimpleUploadedFile("photo.png", content.getvalue(), "image/png"),
            f"{prefix}title": "Photo",
            f"{prefix}collection": root,
        }
        return client.post(reverse(name), data, headers={"X-Requested-With": "XMLHttpRequest"})

    return send


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("size", [(13_000, 13_000), (8_001, 5_000)])
def test_a_pixel_bomb_is_refused_without_being_decoded(upload, unpacked, way, size):
    """A31: Wagtail's own field decodes the image to count its pixels: 650 MB of memory for a 500 kB file."""
    answer = upload(way, size)

    assert "Cette image a trop de pixels" in answer.content.decode()
    assert unpacked == []
    assert not SiteImage.objects.exists()


@pytest.mark.parametrize("way", WAYS)
def test_a_picture_of_forty_million_pixels_is_accepted(upload, way):
    upload(way, (8_000, 5_000))

    assert [(image.width, image.height) for image in SiteImage.objects.all()] == [(8_000, 5_000)]


def test_several_pictures_get_their_titles_after_they_are_uploaded(client, upload):
    """The form of the second step has no file field; the form of one image has Wagtail's own."""
    upload("several", (40, 30))
    image = SiteImage.objects.get()

    address = reverse("wagtailimages:edit_multiple", args=[image.pk])
    prefix = f"image-{image.pk}"
    data = {f"{prefix}-title": "Une autre", f"{prefix}-collection": image.collection_id}
    answer = client.post(address, data, headers={"X-Requested-With": "XMLHttpRequest"})

    assert answer.json()["success"] is True
    assert SiteImage.objects.get().title == "Une autre"
    shown = client.get(reverse("wagtailimages:edit", args=[image.pk])).content.decode()
    assert 'data-w-sync-name-value="wagtail:images-upload"' in shown
