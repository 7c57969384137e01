"""Attacks A8 and A2: nothing private becomes public by an ordinary gesture of the back office."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import Page

from home.models import HomePage, StandardPage
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

    editor_client.post(reverse("wagtailadmin_pages:move_confirm", args=[private.pk, home.pk]))
    editor_client.post(
        reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"]) + f"?id={private.pk}",
        {"chooser": home.pk},
    )

    private.refresh_from_db()
    assert private.get_parent().specific_class.__name__ == "MembersPage"


def test_an_alias_made_in_code_is_as_private_as_its_source(client, private):
    alias = private.create_alias(parent=make_home(), update_slug="alias")

    assert client.get(alias.url).status_code == 302
    for address in ("/plan-du-site/", "/sitemap.xml", "/recherche/?q=zyxophile"):
        assert "/alias/" not in client.get(address).content.decode()


def test_an_image_is_refused_in_a_private_collection():
    image = make_image()
    image.collection = make_private_collection()

    with pytest.raises(ValidationError, match="toujours publique"):
        image.clean()
