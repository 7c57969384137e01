"""Attacks A8 and A2: nothing private becomes public by an ordinary gesture of the back office."""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.images.tests.utils import get_test_image_file_jpeg
from wagtail.models import Collection, Page

from home.models import HomePage, SiteImage, StandardPage
from tests.builders import make_home, make_image, make_members_page, make_private_collection

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.fixture
def editor_client(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("admin@example.org", "x"))
    return client


@pytest.fixture
def private() -> StandardPage:
    return make_members_page().add_child(instance=StandardPage(title="Zyxophile", slug="zyx"))


@pytest.mark.parametrize("alias", [True, False])
def test_a_private_page_is_not_copied_to_a_public_place(editor_client, client, private, alias):
    """A8, members 11."""
    answer = editor_client.post(
        reverse("wagtailadmin_pages:copy", args=[private.pk]),
        {
            "new_title": "Copie",
            "new_slug": "copie",
            "new_parent_page": make_home().pk,
            "publish_copies": "on",
            "alias": "on" if alias else "",
        },
        follow=True,
    )

    assert "ne peut pas prendre place" in answer.content.decode()
    assert not Page.objects.filter(slug="copie").exists()


def test_a_private_page_may_be_copied_inside_the_section(editor_client, private):
    editor_client.post(
        reverse("wagtailadmin_pages:copy", args=[private.pk]),
        {"new_title": "Copie", "new_slug": "copie", "new_parent_page": private.get_parent().pk},
    )

    assert Page.objects.get(slug="copie").is_descendant_of(private.get_parent())


def test_a_private_page_does_not_move_to_a_public_place(editor_client, private):
    """A8, members 11."""
    home = HomePage.objects.get()

    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"])
    ways = [
        (reverse("wagtailadmin_pages:move_confirm", args=[private.pk, home.pk]), {}),
        (f"{bulk}?id={private.pk}", {"chooser": home.pk}),
    ]
    for address, data in ways:
        answer = editor_client.post(address, data, follow=True)
        assert "ne peut pas prendre place" in answer.content.decode()

    private.refresh_from_db()
    assert private.get_parent().specific_class.__name__ == "MembersPage"
    assert Client().get(f"/{private.slug}/").status_code == 404


def test_an_alias_made_in_code_is_as_private_as_its_source(client, private):
    alias = private.create_alias(parent=make_home(), update_slug="alias")

    assert client.get(alias.url).status_code == 302
    for address in ("/plan-du-site/", "/sitemap.xml", "/recherche/?q=zyxophile"):
        assert "/alias/" not in client.get(address).content.decode()


@pytest.mark.parametrize("way", ["add", "edit", "bulk"])
def test_an_image_is_refused_in_a_private_collection(editor_client, way):
    """A2: uploaded there, moved there, or moved there with others."""
    image, private = make_image(), make_private_collection()
    file = get_test_image_file_jpeg(filename="autre.jpg")
    bulk = reverse("wagtail_bulk_action", args=["home", "siteimage", "add_to_collection"])
    address, data = {
        "add": (reverse("wagtailimages:add"), {"title": "Photo", "file": file}),
        "edit": (reverse("wagtailimages:edit", args=[image.pk]), {"title": "Photo"}),
        "bulk": (f"{bulk}?id={image.pk}", {}),
    }[way]

    answer = editor_client.post(address, {"collection": private.pk, **data}, follow=True)

    assert "Une image est toujours publique" in answer.content.decode()
    assert not SiteImage.objects.filter(collection=private).exists()
    assert SiteImage.objects.count() == 1


def test_images_go_from_one_public_collection_to_another(editor_client):
    image = make_image()
    other = Collection.get_first_root_node().add_child(name="Affiches")
    address = reverse("wagtail_bulk_action", args=["home", "siteimage", "add_to_collection"])

    editor_client.post(f"{address}?id={image.pk}", {"collection": other.pk})

    assert SiteImage.objects.get().collection == other
