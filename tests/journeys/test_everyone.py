"""Accessibility of all page types: no axe violation, no horizontal scrolling, keyboard, no JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import faults, log_in, misfits
from tests.journeys.typesetting import ENDLESS_WORDS, TYPESETTINGS, Typesetting

PUBLIC = [
    "/",
    "/actualites/",
    "/actualites/arras-une-journee-pour-apprendre-a-cooperer/",
    "/actualites/entretien-tirage-au-sort-porte-a-porte/",
    "/actualites/?theme=inconnu",
    "/agenda/",
    "/agenda/deuxieme-journee-arras/",
    "/agenda/forum-regional-ce-que-participer-veut-dire/",
    "/agenda/atelier-des-membres-dunkerque/",
    "/agenda/visite-cour-d-ecole-roubaix/",
    "/ressources/",
    "/ressources/fiche-codeveloppement/",
    "/le-reseau/",
    "/rejoindre/",
    "/lettre/",
    "/recherche/?q=rencontre",
    "/recherche/?q=introuvable",
    "/plan-du-site/",
    "/contact/",
    "/mentions-legales/",
    "/accessibilite/",
    "/donnees-personnelles/",
    "/compte/connexion/",
    "/compte/connexion/code/",
    "/compte/mot-de-passe/oublie/",
    "/rejoindre/au-revoir/",
    "/rejoindre/fiche/faux/",
    "/rejoindre/revenir/faux/",
    "/nulle-part/",
    "/membres/",
]
MEMBERS = [
    "/membres/",
    "/membres/annuaire/",
    "/membres/annuaire/?q=commune",
    "/membres/invitations/",
    "/membres/ma-fiche/",
    "/membres/inscriptions/",
    "/membres/enregistrements/",
    "/membres/inviter/",
    "/membres/inviter/?envoyee=1",
    "/membres/mes-donnees/",
    "/membres/mes-donnees/quitter/",
    "/membres/messages/",
    "/membres/absente/",
    "/membres/annuaire/assemblee-du-canal/",
    "/membres/annuaire/soraya-benali-fontaine/",
    "/membres/annuaire/soraya-benali-fontaine/ecrire/",
    "/compte/adresse/",
    "/compte/mot-de-passe/changer/",
    "/compte/identite/",
    "/compte/securite/",
    "/compte/securite/cles/",
    "/compte/securite/cles/ajouter/",
    "/compte/appareils/",
    "/compte/deconnexion/",
    "/agenda/atelier-des-membres-dunkerque/",
]

every_way = pytest.mark.parametrize(
    ("width", "typesettings"),
    [
        pytest.param(320, TYPESETTINGS, id="telephone"),
        pytest.param(1024, ENDLESS_WORDS, id="screen with endless words"),
    ],
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_public_pages_are_accessible_and_never_scroll_sideways(
    open_browser: Callable[..., Page], width: int, scheme: str
) -> None:
    page = open_browser(width=width, color_scheme=scheme)

    assert faults(page, PUBLIC) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_members_pages_are_accessible_and_never_scroll_sideways(
    open_browser: Callable[..., Page], width: int
) -> None:
    page = open_browser(width=width)
    log_in(page, "membre@example.org")

    assert faults(page, MEMBERS) == []


@every_way
def test_public_pages_never_scroll_sideways_in_any_typesetting(
    open_browser: Callable[..., Page], width: int, typesettings: list[Typesetting]
) -> None:
    page = open_browser(width=width)

    assert misfits(page, PUBLIC, typesettings) == []


@every_way
def test_members_pages_never_scroll_sideways_in_any_typesetting(
    open_browser: Callable[..., Page], width: int, typesettings: list[Typesetting]
) -> None:
    page = open_browser(width=width)
    log_in(page, "membre@example.org")

    assert misfits(page, MEMBERS, typesettings) == []


def test_every_public_page_can_be_read_without_javascript(
    open_browser: Callable[..., Page],
) -> None:
    page = open_browser(java_script_enabled=False)

    for address in PUBLIC:
        page.goto(address)
        assert page.locator("h1").count() == 1, address
        assert page.locator("main").inner_text().strip(), address


@pytest.mark.parametrize("address", ["/", "/agenda/", "/compte/connexion/"])
def test_the_keyboard_reaches_the_content_and_the_focus_is_always_visible(
    page: Page, address: str
) -> None:
    page.goto(address)

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") != ""

    unseen = []
    for _ in range(25):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            """() => {
                const element = document.activeElement;
                if (element === document.body) return true;
                const style = getComputedStyle(element);
                return style.outlineStyle !== "none" || style.boxShadow !== "none";
            }"""
        )
        if not shown:
            unseen.append(page.evaluate("document.activeElement.outerHTML.slice(0, 160)"))
    assert unseen == []
