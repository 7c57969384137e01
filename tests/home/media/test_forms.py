from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.users.models import UserProfile

from home.models import SiteImage
from tests.builders import make_home, make_image
from tests.home.media.picture_files import DAMAGED, FILM, REFUSED, SIZE, SOUND, photo

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
#: What the account page posts besides one's picture.
ACCOUNT = {
    "name_email-first_name": "Zoé",
    "name_email-last_name": "Exemple",
    "theme-theme": "system",
    "theme-contrast": "system",
    "theme-density": "default",
}


@pytest.fixture
def admin_account(client, django_user_model):
    user = django_user_model.objects.create_superuser("admin@example.org")
    client.force_login(user)
    return user


@pytest.fixture
def upload(client, admin_account):
    """A function that uploads a file, or a black image of a given size, in one of the editors' ways."""
    root = str(make_home().get_root().pk)

    def send(way, size=None, *, content=b"", called="photo.png", title="Photo"):
        if size:
            drawn = BytesIO()
            Image.new("1", size).save(drawn, "PNG")
            content = drawn.getvalue()
        name, field, prefix = WAYS[way]
        data = {
            field: SimpleUploadedFile(called, content),
            f"{prefix}title": title,
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
def test_a_picture_of_exactly_so_many_pixels_is_accepted(upload, settings, way):
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 400 * 300

    upload(way, (400, 300))

    assert [(image.width, image.height) for image in SiteImage.objects.all()] == [(400, 300)]


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


def words_of(answer):
    """Return what is shown, also where the answer is JSON."""
    is_json = answer.headers["Content-Type"] == "application/json"
    return " ".join(map(str, answer.json().values())) if is_json else answer.content.decode()


def stored_originals():
    """Return the names of the files in the folder of originals."""
    try:
        return set(storages["private"].listdir("original_images")[1])
    except FileNotFoundError:
        return set()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["cut.jpg", "without end.png", "cut.heic", "cut.avif"])
def test_a_damaged_picture_is_refused_at_its_field_and_leaves_nothing(upload, way, name):
    before = stored_originals()

    answer = upload(way, content=DAMAGED[name], called=name)

    assert answer.status_code == 200
    assert "Cette image est abîmée ou incomplète" in words_of(answer)
    assert not SiteImage.objects.exists()
    assert stored_originals() == before


def test_several_pictures_are_refused_one_by_one_in_the_answer_that_the_screen_reads(upload):
    answer = upload("several", content=DAMAGED["cut.jpg"], called="cut.jpg").json()

    assert answer["success"] is False
    assert answer["error_message"].startswith("Cette image est abîmée ou incomplète")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["scan.tiff", "paint.bmp", "drawing.svg", "empty.jpg", "page.jpg"])
def test_what_is_no_picture_for_a_page_is_refused_with_what_to_send(upload, way, name):
    content = {"empty.jpg": b"", "page.jpg": REFUSED["page.jpg"][0]}.get(name, SOUND["grey.jpg"])

    answer = words_of(upload(way, content=content, called=name))

    assert not SiteImage.objects.exists()
    assert "JPEG" in answer or "vide" in answer


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["16 bits.png", "print.jpg", "telephone.heic", "telephone.avif"])
def test_what_cameras_telephones_and_scanners_write_is_taken(upload, way, name):
    upload(way, content=SOUND[name], called=name)

    image = SiteImage.objects.get()
    assert image.is_prepared
    assert image.filename.endswith((".jpg", ".png"))
    assert (image.width, image.height) == SIZE


def test_the_author_is_proposed_in_the_second_step_of_several_pictures(upload):
    answer = upload("several", content=photo(artist="Camille Roux"), called="photo.jpg")

    assert 'value="Camille Roux"' in answer.json()["form"]


def test_a_picture_whose_title_is_too_long_passes_the_door_with_its_second_form(client, upload):
    """Wagtail keeps such an upload aside, and gives its file to the row without the form of images."""
    answer = upload("several", content=photo(orientation=6), called="p.jpg", title="t" * 300).json()

    address = reverse(
        "wagtailimages:create_multiple_from_uploaded_image", args=[answer["uploaded_file_id"]]
    )
    prefix = f"uploaded-image-{answer['uploaded_file_id']}"
    root = make_home().get_root().pk
    client.post(
        address,
        {f"{prefix}-title": "Photo", f"{prefix}-collection": root},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )

    image = SiteImage.objects.get()
    assert (image.width, image.height) == SIZE[::-1]
    with image.open_file() as file:
        assert not Image.open(file).getexif()


def test_the_focal_area_of_a_picture_does_not_stay_when_its_file_is_replaced(client, upload):
    upload("one", (80, 60))
    image = SiteImage.objects.get()
    area = {"x": 40, "y": 30, "width": 20, "height": 10}
    area = {f"focal_point_{name}": value for name, value in area.items()}
    SiteImage.objects.update(**area)

    data = {"title": "Photo", "collection": image.collection_id} | area
    file = SimpleUploadedFile("b.jpg", photo())
    client.post(reverse("wagtailimages:edit", args=[image.pk]), data | {"file": file})

    replaced = SiteImage.objects.get()
    assert (replaced.width, replaced.focal_point_x, replaced.has_focal_point()) == (
        120,
        None,
        False,
    )


def test_a_damaged_file_does_not_replace_a_sound_one(client, upload):
    upload("one", (80, 60))
    image = SiteImage.objects.get()

    data = {"title": "Photo", "collection": image.collection_id}
    file = SimpleUploadedFile("b.jpg", DAMAGED["cut.jpg"])
    answer = client.post(reverse("wagtailimages:edit", args=[image.pk]), data | {"file": file})

    assert "Cette image est abîmée ou incomplète" in answer.content.decode()
    assert SiteImage.objects.get().file.name == image.file.name
    assert storages["private"].exists(image.file.name)


def test_the_focal_area_of_a_photo_is_where_the_editor_drew_it():
    """The back office scales what is drawn on the shown photo by these two pairs (data-original-width, -height)."""
    image = make_image(file=ContentFile(photo(orientation=6), name="debout.jpg"))

    shown = image.get_rendition("max-80x60")

    assert (image.width > image.height) == (shown.width > shown.height)


def send_own_picture(client, content, name):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("wagtailadmin_account"), ACCOUNT | {"avatar-avatar": file})


@pytest.mark.parametrize("name", ["cut.jpg", "cut.heic"])
def test_a_damaged_picture_of_oneself_is_refused_at_its_field(admin_account, client, name):
    answer = send_own_picture(client, DAMAGED[name], name)

    assert answer.status_code == 200
    assert "Cette image est abîmée ou incomplète" in answer.content.decode()
    assert not UserProfile.get_for_user(admin_account).avatar


def test_the_picture_of_oneself_is_upright_and_tells_nothing_of_the_device(admin_account, client):
    """It is a public file, though only the back office shows it."""
    content = photo(orientation=6) + FILM
    assert send_own_picture(client, content, "moi.jpg").status_code == 302

    with UserProfile.get_for_user(admin_account).avatar.open() as file:
        stored = file.read()
    picture = Image.open(BytesIO(stored))
    assert picture.size == SIZE[::-1]
    assert not picture.getexif()
    assert b"film" not in stored
