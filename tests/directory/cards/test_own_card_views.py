"""A member's own card and its photo."""

from io import BytesIO

import pytest
from django.contrib.auth.models import Group
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from directory.models import Member, User
from home.access import MEMBERS_GROUP
from tests.builders import make_organisation
from tests.home.media.picture_files import DAMAGED, SOUND

pytestmark = pytest.mark.django_db


def card_data(**changed):
    return {
        "first_name": "Awa",
        "last_name": "Membre",
        "role": "Animatrice",
        "montrer_role": "on",
        "website": "www.exemple.fr",
        **changed,
    }


def test_a_member_edits_their_own_card_and_nothing_else(member_client, member, section):
    """A33, members 34."""
    organisation = make_organisation()

    answer = member_client.post(
        "/membres/ma-fiche/",
        card_data(
            is_superuser="1",
            is_staff="1",
            groups="1",
            user="1",
            status="approved",
            is_ambassador="on",
            organisation=str(organisation.pk),
            slug="autre",
            last_name="Dupont",
        ),
    )

    assert answer.status_code == 302
    member = Member.objects.get(pk=member.pk)
    assert (member.name, member.role, member.website) == (
        "Awa Dupont",
        "Animatrice",
        "https://www.exemple.fr",
    )
    assert (member.is_ambassador, member.organisation, member.slug) == (False, None, "awa-membre")
    assert member.visibility["role"] == "members"
    assert member.visibility["presentation"] == "me"
    assert (member.user.get_full_name(), member.user.is_superuser) == ("Awa Dupont", False)
    assert " animatrice " in member.search_text


def test_errors_in_ones_own_card_are_in_french_and_keep_the_posted_values(member_client, section):
    answer = member_client.post(
        "/membres/ma-fiche/", card_data(website="pas une adresse", offers="Ma salle")
    ).content.decode()

    assert "Écrivez une adresse complète, par exemple https://www.exemple.fr." in answer
    assert "Ma salle" in answer


def photo(size=(1200, 900), **options):
    content = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "chez moi"
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", size, "teal").save(content, "JPEG", exif=exif, **options)
    return SimpleUploadedFile("moi.jpg", content.getvalue(), "image/jpeg")


def test_the_metadata_of_a_photo_is_removed_and_it_is_for_members_only(
    member_client, member, section
):
    """A2, members 50."""
    member_client.post("/membres/ma-fiche/", card_data(photo=photo(), montrer_photo="on"))
    address = "/membres/annuaire/awa-membre/photo/"

    answer = member_client.get(address)
    picture = Image.open(BytesIO(b"".join(answer.streaming_content)))
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (800, 600), {})
    assert Client().get(address).status_code == 302

    name = Member.objects.get(pk=member.pk).photo.name
    member_client.post("/membres/ma-fiche/", card_data(remove_photo="on"))
    assert member_client.get(address).status_code == 404
    assert name


def test_a_replaced_photo_is_deleted_from_the_storage(
    member_client, member, section, django_capture_on_commit_callbacks
):
    member_client.post("/membres/ma-fiche/", card_data(photo=photo()))
    first = Member.objects.get(pk=member.pk).photo.name

    with django_capture_on_commit_callbacks(execute=True):
        member_client.post("/membres/ma-fiche/", card_data(photo=photo()))

    assert not storages["private"].exists(first)
    assert storages["private"].exists(Member.objects.get(pk=member.pk).photo.name)


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (
            lambda: SimpleUploadedFile("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            "Ce fichier n’est pas une image que le site sait lire.",
        ),
        (
            lambda: SimpleUploadedFile("x.jpg", b"<html>", "image/jpeg"),
            "Ce fichier n’est pas une image que le site sait lire.",
        ),
        (
            lambda: SimpleUploadedFile("x.jpg", DAMAGED["cut.jpg"], "image/jpeg"),
            "Cette image est abîmée ou incomplète.",
        ),
        (
            lambda: SimpleUploadedFile("x.jpg", b"0" * (5 * 1024 * 1024 + 1), "image/jpeg"),
            "Cette photo est trop lourde",
        ),
    ],
)
def test_other_files_are_refused_as_photos(member_client, member, section, upload, sentence):
    answer = member_client.post("/membres/ma-fiche/", card_data(photo=upload()))

    assert sentence in answer.content.decode()
    assert not Member.objects.get(pk=member.pk).photo


@pytest.mark.parametrize("name", ["damaged metadata.jpg", "telephone.heic", "16 bits.png"])
def test_the_photo_of_a_telephone_is_taken(member_client, member, section, name):
    photo = SimpleUploadedFile(name, SOUND[name])

    answer = member_client.post("/membres/ma-fiche/", card_data(photo=photo))

    assert answer.status_code == 302
    with Member.objects.get(pk=member.pk).photo.open() as stored:
        assert Image.open(stored).format == "JPEG"


@pytest.mark.parametrize("size", [(13_000, 13_000), (8_001, 5_000)])
def test_a_decompression_bomb_is_refused(member_client, member, section, size, unpacked):
    """A31, members 50: by its header, before it is decoded."""
    content = BytesIO()
    Image.new("1", size).save(content, "PNG")
    unpacked.clear()
    bomb = SimpleUploadedFile("bombe.png", content.getvalue(), "image/png")

    answer = member_client.post("/membres/ma-fiche/", card_data(photo=bomb))

    assert "trop de pixels" in answer.content.decode()
    assert unpacked == []
    assert not Member.objects.get(pk=member.pk).photo


def test_staff_without_a_card_can_create_one(client, section):
    user = User.objects.create_user("equipe@example.org", first_name="Agathe", last_name="Rivière")
    user.groups.add(Group.objects.get_or_create(name=MEMBERS_GROUP)[0])
    client.force_login(user)

    assert "Agathe" in client.get("/membres/ma-fiche/").content.decode()
    client.post("/membres/ma-fiche/", card_data(first_name="Agathe", last_name="Rivière"))

    assert Member.objects.get(user=user).slug == "agathe-riviere"
