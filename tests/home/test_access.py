"""The team reads what it publishes, and no more."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.test import Client
from wagtail.models import GroupPagePermission, Page

from directory.models import DirectoryPage, User
from home.access import may_enter, visible_documents, visible_to
from home.models import SiteDocument, StandardPage
from site_cms.site_tree import EDITORS_GROUP, ensure_site
from tests.builders import (
    make_document,
    make_member,
    make_members_page,
    make_private_collection,
)

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

BANNER = "Vous voyez cette page comme membre de l’équipe"


@pytest.fixture
def section():
    ensure_site()
    return make_members_page()


def in_group(name):
    user = User.objects.create_user(f"{name}@example.org".replace(" ", "-"), "secret")
    user.groups.add(Group.objects.get(name=name))
    return user


def logged_in(user):
    client = Client()
    client.force_login(user)
    return client


def below(section, **fields):
    return section.add_child(instance=StandardPage(title="Ordre du jour", **fields))


def test_editors_read_the_pages_of_the_section_and_are_told_why(section):
    page = below(section)
    editor = logged_in(in_group(EDITORS_GROUP))

    for address in (section.url, page.url):
        answer = editor.get(address)
        assert answer.status_code == 200
        assert BANNER in answer.content.decode()


def test_members_are_not_told_that_they_are_of_the_team(section):
    answer = logged_in(make_member().user).get(below(section).url)

    assert BANNER not in answer.content.decode()


def test_editors_find_reserved_pages_and_documents(section):
    private = make_document(collection=make_private_collection())
    editor = in_group(EDITORS_GROUP)
    page = below(section)

    assert visible_to(editor).filter(pk=page.pk).exists()
    assert private in visible_documents(editor, SiteDocument.objects.all())
    assert not visible_to(AnonymousUser()).filter(pk=page.pk).exists()


def test_the_team_without_rights_on_pages_reads_no_reserved_page(section):
    group = Group.objects.create(name="Accueil")
    group.permissions.add(Permission.objects.get(codename="access_admin"))

    assert not may_enter(in_group("Accueil"), section)


def test_an_editor_of_one_page_reads_that_page_alone(section):
    own, other = below(section, slug="own"), below(section, slug="other")
    group = Group.objects.create(name="Atelier")
    GroupPagePermission.objects.create(
        group=group, page=own, permission=Permission.objects.get(codename="change_page")
    )
    editor = in_group("Atelier")

    assert (may_enter(editor, own), may_enter(editor, other)) == (True, False)
    readable = visible_to(editor, Page.objects.child_of(section))
    assert set(readable.values_list("pk", flat=True)) == {own.pk}


def test_editors_of_the_directory_page_find_no_card(section):
    """Cards are for members and for those who have the right on members."""
    make_member(first_name="Awa", last_name="Cherchée")
    directory = DirectoryPage.objects.get()
    editor = logged_in(in_group(EDITORS_GROUP))

    answer = editor.get(directory.url)

    assert answer.status_code == 200
    assert "Cherchée" not in answer.content.decode()
    assert "Les fiches ne sont lues que par les membres" in answer.content.decode()
    assert answer.context_data["page_obj"].paginator.count == 0


def test_editors_have_no_card_and_no_messages_of_their_own(section):
    editor = logged_in(in_group(EDITORS_GROUP))

    for route in ("own_card", "invite", "own_messages"):
        assert editor.get(f"{section.url}{section.reverse_subpage(route)}").status_code == 403
