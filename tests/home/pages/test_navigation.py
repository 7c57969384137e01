import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string

from home.models import LegalPage, StandardPage
from home.pages.navigation import MenuItem, breadcrumb_of, item, menu_of
from site_cms.site_tree import ensure_site
from tests.builders import make_agenda, make_home, make_members_page

pytestmark = pytest.mark.django_db


def test_menu_has_the_editors_pages_then_search_and_the_members_section(rf):
    agenda = make_agenda()
    agenda.show_in_menus = True
    agenda.save()
    make_members_page()
    make_home().add_child(instance=StandardPage(title="Hors du menu", slug="hors"))
    request = rf.get("/agenda/rencontre/")
    request.user = AnonymousUser()

    assert menu_of(request) == [
        MenuItem("Agenda", "/agenda/", "true"),
        MenuItem("Rechercher", "/recherche/"),
        MenuItem("Espace membres", "/membres/", apart=True),
    ]


def test_menu_item_of_the_page_itself_is_current():
    assert item("Agenda", "/agenda/", "/agenda/") == MenuItem("Agenda", "/agenda/", "page")


def test_breadcrumb_goes_from_the_home_page_to_the_page(rf):
    page = make_agenda()
    request = rf.get("/agenda/")
    request.user = AnonymousUser()

    assert breadcrumb_of(page, request) == [
        MenuItem("Accueil", "/"),
        MenuItem("Agenda", "/agenda/", "page"),
    ]


def test_an_absent_page_answers_in_french_with_ways_out(client):
    make_home()

    response = client.get("/une-page-qui-n-existe-pas/")

    assert response.status_code == 404
    assert "Cette page n’est pas (ou plus) ici" in response.content.decode()


def test_the_500_page_needs_neither_database_nor_request(
    django_assert_num_queries,
):
    with django_assert_num_queries(0):
        html = render_to_string("500.html")

    assert "Quelque chose s’est cassé de notre côté" in html


def foot_of(client, address="/"):
    html = client.get(address).content.decode()
    return html[html.index("<footer") :]


def test_the_footer_follows_renamed_pages_and_omits_unpublished_ones(client):
    ensure_site()
    cookies = LegalPage.objects.get(kind="cookies")
    cookies.slug = "traceurs"
    cookies.save_revision().publish()
    LegalPage.objects.filter(kind="accessibilite").update(live=False)

    foot = foot_of(client)

    assert '<a href="/traceurs/">Cookies</a>' in foot
    assert "/cookies/" not in foot
    assert "Accessibilité" not in foot
    for address in ("/agenda/", "/rejoindre/", "/contact/", "/mentions-legales/"):
        assert f'<a href="{address}">' in foot


def test_no_link_of_the_footer_is_broken(client):
    ensure_site()

    addresses = re.findall(r'href="(/[^"]*)"', foot_of(client))

    answers = {address: client.get(address).status_code for address in addresses}
    assert len(answers) > 9
    assert {address for address, status in answers.items() if status != 200} == {"/membres/"}
    assert answers["/membres/"] == 302
