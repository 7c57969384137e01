"""The photos of a gallery: what the editor's screen sends, one by one, and what it is answered."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import Collection, GroupCollectionPermission

from home.models import SiteImage
from tests.builders import make_home, make_private_collection
from tests.home.media.picture_files import DAMAGED, SOUND, TAKEN, TAKEN_OFFSET, photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def make_sender(django_user_model):
    """A function that creates a user of the back office who may add images to these collections."""

    def make(*collections):
        make_home()
        group = Group.objects.create(name="Photos")
        group.permissions.add(Permission.objects.get(codename="access_admin"))
        for collection in collections:
            for codename in ("add_image", "choose_image"):
                permission = Permission.objects.get(codename=codename)
                GroupCollectionPermission.objects.create(
                    group=group, collection=collection, permission=permission
                )
        user = django_user_model.objects.create_user("photos@example.org")
        user.groups.add(group)
        return user

    return make


@pytest.fixture
def send(client, make_sender):
    """A function that sends a photo, by an editor who may add images."""
    client.force_login(make_sender(Collection.get_first_root_node()))
    return lambda content, name="IMG_1.jpg": post(client, content, name)


def post(client, content, name="IMG_1.jpg"):
    return client.post(
        reverse("gallery_upload"),
        {"file": SimpleUploadedFile(name, content)},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )


def test_a_photo_becomes_an_image_and_its_answer_fills_a_row(send):
    taken = {TAKEN: "2026:06:12 10:15:30", TAKEN_OFFSET: "+02:00"}

    answer = send(photo("HEIF", taken=taken), "IMG_1.heic").json()

    image = SiteImage.objects.get()
    assert (image.title, image.uploaded_by_user.email) == ("IMG_1", "photos@example.org")
    assert answer["taken"] == datetime(2026, 6, 12, 8, 15, 30, tzinfo=UTC).timestamp()
    assert (answer["image"]["id"], answer["image"]["title"]) == (image.pk, "IMG_1")
    thumbnail = image.renditions.get(filter_spec="max-165x165")
    assert answer["image"]["preview"]["url"] == thumbnail.url
    assert answer["same"] is None


def test_a_photo_that_is_there_already_is_told_and_kept(send):
    send(photo(), "premier.jpg")

    answer = send(photo(), "second.jpg").json()

    assert answer["same"] == "premier"
    assert SiteImage.objects.count() == 2


def test_a_name_longer_than_a_title_is_cut(send):
    send(photo(), f"{'x' * 300}.jpg")

    assert (
        SiteImage.objects.get().title == "x" * 251
    )  # Django cuts the name of the file, with its end


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_photo_is_refused_in_a_sentence(send, name):
    answer = send(DAMAGED[name], name)

    assert (answer.status_code, SiteImage.objects.count()) == (422, 0)
    assert answer.json()["error"].endswith(".")


def test_nothing_sent_is_a_bad_request(client, make_sender):
    client.force_login(make_sender(Collection.get_first_root_node()))

    assert client.post(reverse("gallery_upload")).status_code == 400


@pytest.mark.ignore_template_errors
def test_who_may_add_no_image_is_refused(client, make_sender):
    client.force_login(make_sender())

    assert post(client, photo()).status_code == 403
    assert not SiteImage.objects.exists()


def test_a_photo_goes_to_the_first_collection_of_the_editor_that_everybody_may_see(
    client, make_sender
):
    private = make_private_collection()
    own = Collection.get_first_root_node().add_child(name="Zoé")
    client.force_login(make_sender(private, own))

    post(client, SOUND["grey.jpg"])

    assert SiteImage.objects.get().collection == own


def test_who_may_add_images_to_private_collections_only_is_told(client, make_sender):
    client.force_login(make_sender(make_private_collection()))

    answer = post(client, photo())

    assert answer.status_code == 422
    assert "aucune collection publique" in answer.json()["error"]
