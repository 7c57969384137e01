"""Attacks A8 and A2: ordinary actions of the back office never make private content public."""

import html
import json

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from wagtail.images.tests.utils import get_test_image_file_jpeg
from wagtail.models import Collection, Page

from home.models import HomePage, SiteImage, StandardPage
from tests.builders import (
    make_document,
    make_home,
    make_image,
    make_members_page,
    make_private_collection,
)

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
    """A2: when uploaded, moved alone, or moved in bulk."""
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


def make_collection(name="Affiches", parent=None) -> Collection:
    return (parent or Collection.get_first_root_node()).add_child(name=name)


def set_privacy(client, what, key, query="", **data):
    address = reverse(f"wagtailadmin_{what}:set_privacy", args=[key])
    return client.post(address + query, {"restriction_type": "login", **data})


@pytest.mark.parametrize("below", [True, False])
def test_a_collection_that_holds_images_is_not_made_private(editor_client, below):
    """A2: neither the collection nor an ancestor. Without images it is made private, and can be opened again."""
    posters = make_collection()
    image = make_image(collection=make_collection("2026", posters) if below else posters)

    refused = set_privacy(editor_client, "collections", posters.pk)

    answer = json.loads(refused.content)
    assert answer["step"] == "set_privacy"
    assert "déplacez-les d’abord dans une autre collection" in answer["html"]
    assert not posters.get_view_restrictions().exists()
    image.delete()
    done = set_privacy(editor_client, "collections", posters.pk)
    assert json.loads(done.content) == {"step": "set_privacy_done", "is_public": False}
    make_document(collection=posters)
    set_privacy(editor_client, "collections", posters.pk, restriction_type="none")
    assert not posters.get_view_restrictions().exists()


def test_a_collection_that_holds_images_does_not_move_below_a_private_one(editor_client):
    """A2: by the collection form. Without images the same move is accepted."""
    private, posters = make_private_collection(), make_collection()
    image = make_image(collection=posters)
    address = reverse("wagtailadmin_collections:edit", args=[posters.pk])

    answer = editor_client.post(address, {"name": "Affiches", "parent": private.pk})

    assert "déplacez-les d’abord dans une autre collection" in answer.content.decode()
    assert not Collection.objects.get(pk=posters.pk).get_view_restrictions().exists()
    image.delete()
    editor_client.post(address, {"name": "Affiches", "parent": private.pk})
    assert Collection.objects.get(pk=posters.pk).get_view_restrictions().exists()


@pytest.mark.parametrize("where", ["page", "branch"])
def test_making_a_page_private_asks_to_confirm_its_public_aliases_first(
    editor_client, client, where
):
    """A8: for the page or an ancestor. Once confirmed, the alias is private too."""
    home = make_home()
    home.add_child(instance=StandardPage(title="Le réseau"))  # the first one stays public
    above = home.add_child(instance=StandardPage(title="Dossier", slug="dossier"))
    shown = above.add_child(instance=StandardPage(title="Zyxophile", slug="zyx"))
    alias = shown.create_alias(parent=home, update_slug="alias")
    closed = {"page": shown, "branch": above}[where]

    told = json.loads(set_privacy(editor_client, "pages", closed.pk).content)
    assert "«\u00a0Zyxophile\u00a0» (Accueil)" in html.unescape(told["html"])
    assert f"{closed.pk}/privacy/?confirme=1" in told["html"]
    assert Client().get(alias.url).status_code == 200
    done = set_privacy(editor_client, "pages", closed.pk, "?confirme=1")

    assert json.loads(done.content) == {"step": "set_privacy_done", "is_public": False}
    assert Client().get(alias.url).status_code == 302


def test_a_page_without_public_aliases_is_made_private_without_confirmation(editor_client, private):
    """A8: aliases in the members' section and drafts are not public."""
    private.create_alias(parent=private.get_parent(), update_slug="dedans")
    home = make_home()
    home.add_child(instance=StandardPage(title="Le réseau"))  # the first one stays public
    page = home.add_child(instance=StandardPage(title="Page", slug="page"))
    page.create_alias(parent=home, update_slug="brouillon").unpublish()

    answers = [set_privacy(editor_client, "pages", one.pk) for one in (private, page)]

    assert {json.loads(answer.content)["step"] for answer in answers} == {"set_privacy_done"}


@pytest.mark.parametrize("what", ["pages", "collections"])
def test_the_privacy_forms_refuse_users_without_permission(client, what, django_user_model):
    """A2, A8: the refusal reveals nothing to them."""
    home = make_home()
    page = home.add_child(instance=StandardPage(title="Page", slug="page"))
    page.create_alias(parent=home, update_slug="alias")
    posters = make_collection()
    make_image(collection=posters)
    key = {"pages": page.pk, "collections": posters.pk}[what]
    author = django_user_model.objects.create_user("redaction@example.org")
    author.user_permissions.add(Permission.objects.get(codename="access_admin"))

    anonymous = set_privacy(client, what, key)
    client.force_login(author)
    refused = set_privacy(client, what, key)

    assert anonymous["Location"].startswith("/admin/login/?next=")
    assert refused.status_code == 302
    assert refused["Location"] == "/admin/"


def test_images_can_move_between_public_collections(editor_client):
    image = make_image()
    other = Collection.get_first_root_node().add_child(name="Affiches")
    address = reverse("wagtail_bulk_action", args=["home", "siteimage", "add_to_collection"])

    editor_client.post(f"{address}?id={image.pk}", {"collection": other.pk})

    assert SiteImage.objects.get().collection == other
