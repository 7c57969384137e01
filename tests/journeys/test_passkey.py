"""A passkey is added, used, renamed and removed, with Chromium's virtual authenticator."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PASSWORD, log_in, press, tab_to, violations, write

EMAIL, KEYS = "autre-membre@example.org", "/compte/securite/cles/"


def plug_an_authenticator(page: Page) -> None:
    """Add a virtual fingerprint reader that always succeeds."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_a_passkey_is_added_opens_the_account_is_renamed_and_removed(page: Page) -> None:
    """members 25: by keyboard only."""
    plug_an_authenticator(page)
    log_in(page, EMAIL)

    add_a_key(page, "Téléphone")
    enter_by_the_key(page)
    page.goto(KEYS)
    assert violations(page) == []
    rename(page, "Téléphone", "Clé du bureau")
    remove(page, "Clé du bureau")


def add_a_key(page: Page, name: str) -> None:
    page.goto(KEYS)
    press(page, "link", "Ajouter")
    prove_who_it_is(page)
    tab_to(page, page.get_by_label("Nom de la clé"))
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type(name)
    press(page, "checkbox", "cette clé seule", "Space")
    press(page, "button", "Ajouter")
    page.wait_for_url(re.compile("/compte/securite/(?!cles/ajouter)"))
    page.goto(KEYS)
    expect(page.locator("main")).to_contain_text(name)


def prove_who_it_is(page: Page) -> None:
    """Reauthenticate by password, as required once per session before changing log-in methods."""
    page.wait_for_url(re.compile("/compte/identite/"))
    write(page, "Mot de passe", PASSWORD)
    page.keyboard.press("Enter")


def enter_by_the_key(page: Page) -> None:
    page.goto("/compte/deconnexion/")
    press(page, "button", "déconnecter")
    page.wait_for_url(re.compile(r":\d+/$"))
    page.goto("/compte/connexion/?next=/membres/")
    press(page, "button", "clé d’accès")
    page.wait_for_url(re.compile(r":\d+/membres/$"))


def rename(page: Page, old: str, new: str) -> None:
    press(page, "link", f"Renommer {old}")
    prove_who_it_is(page)
    tab_to(page, page.get_by_label("Nom de la clé"))
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type(new)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"{KEYS}$"))
    expect(page.locator("main")).to_contain_text(new)
    expect(page.locator("main")).not_to_contain_text(old)


def remove(page: Page, name: str) -> None:
    press(page, "link", f"Retirer {name}")
    press(page, "button", "Retirer|Supprimer")
    page.wait_for_url(re.compile(f"{KEYS}$"))
    expect(page.locator("main")).to_contain_text("Vous n’en avez pas.")
