"""What the pictures show: each page type and each of its states, and who visits it.

A name in braces is one of `staging.py`.
"""

from collections.abc import Callable
from typing import NamedTuple

from playwright.sync_api import Page


class Visit(NamedTuple):
    """A page to show."""

    #: Becomes the name of the picture.
    name: str
    address: str
    status: int = 200
    #: What the visitor does before the picture. It must change nothing on the site.
    act: Callable[[Page], None] | None = None


def send_empty(page: Page) -> None:
    """Send the last form of the page as it is, so that the site says what is missing."""
    form = page.locator("main form[method=post]").last
    with page.expect_navigation():
        form.evaluate("form => { form.noValidate = true; form.requestSubmit(); }")


def open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")


def open_block_chooser(page: Page) -> None:
    page.get_by_title("Insérer un bloc").first.click()
    page.get_by_role("option", name="Galerie").wait_for()


def open_registration_tab(page: Page) -> None:
    page.get_by_role("tab", name="Inscription").click()


def ask_for_a_code(page: Page) -> None:
    page.locator("#code-email").fill("membre@example.org")
    with page.expect_navigation():
        page.locator("#code-email").press("Enter")


STATES = [
    "ouvert", "a_venir", "dernieres_places", "liste_d_attente", "complet", "clos", "passe", "membres", "ailleurs",
    "sans_inscription", "reporte", "annule", "deplace",
]  # fmt: skip
PUBLIC = [
    Visit("home", "/"),
    Visit("news", "/actualites/"),
    Visit("news-by-theme", "/actualites/?theme=cooperation"),
    Visit("news-by-unknown-theme", "/actualites/?theme=inconnu"),
    Visit("article", "/actualites/trois-facons-d-ouvrir-un-conseil-municipal/"),
    Visit("interview", "/actualites/entretien-tirage-au-sort-porte-a-porte/"),
    Visit("recap", "/actualites/arras-une-journee-pour-apprendre-a-cooperer/"),
    Visit("recap-of-a-journey", "/actualites/pays-de-la-loire-quatre-jours-onze-visites/"),
    Visit("agenda", "/agenda/"),
    Visit("agenda-opened", "/agenda/", act=open_all),
    Visit("agenda-past", "/agenda/?quand=passes"),
    Visit("agenda-by-theme", "/agenda/?theme=tiers-lieux"),
    Visit("event-forum", "/agenda/forum-regional-ce-que-participer-veut-dire/"),
    Visit("event-with-sessions", "/agenda/atelier-des-membres-dunkerque/"),
    Visit("event-visit", "/agenda/visite-cour-d-ecole-roubaix/"),
    Visit("event-with-recap", "/agenda/deuxieme-journee-arras/"),
    Visit("event-last-month", "/agenda/atelier-lire-un-budget-communal/"),
    Visit("event-of-today", "/agenda/rencontre-d-aujourd-hui/"),
    Visit("event-form-refused", "{etat_ouvert}", act=send_empty),
    *[Visit(f"event-state-{state.replace('_', '-')}", f"{{etat_{state}}}") for state in STATES],
    Visit("resources", "/ressources/"),
    Visit("resource", "/ressources/fiche-codeveloppement/"),
    Visit("network", "/le-reseau/"),
    Visit("join", "/rejoindre/"),
    Visit("join-refused", "/rejoindre/", act=send_empty),
    Visit("join-sent", "/rejoindre/envoyee/"),
    Visit("join-confirm", "{join_confirm}"),
    Visit("join-farewell", "/rejoindre/au-revoir/"),
    Visit("letter", "/lettre/"),
    Visit("letter-refused", "/lettre/", act=send_empty),
    Visit("letter-sent", "/lettre/merci/"),
    Visit("search", "/recherche/"),
    Visit("search-results", "/recherche/?q=rencontre"),
    Visit("search-none", "/recherche/?q=introuvable"),
    Visit("site-map", "/plan-du-site/"),
    Visit("contact", "/contact/"),
    Visit("legal", "/mentions-legales/"),
    Visit("accessibility", "/accessibilite/"),
    Visit("personal-data", "/donnees-personnelles/"),
    Visit("not-found", "/nulle-part/", status=404),
    # Links and codes
    Visit("own-held", "{own_held}"),
    Visit("own-waiting", "{own_waiting}"),
    Visit("own-cancelled", "{own_gone}"),
    Visit("own-of-today", "{own_here}"),
    Visit("own-after", "{own_came}"),
    Visit("own-change", "{own_held}modifier/"),
    Visit("own-cancel", "{own_held}annuler/"),
    Visit("own-address", "{own_held}adresse/"),
    Visit("own-erase", "{own_held}effacer/"),
    Visit("own-false", "/inscriptions/faux/", status=404),
    Visit("certificates", "/attestations/"),
    Visit("certificate", "{certificate}"),
    Visit("certificate-unknown", "/attestations/0000000000/", status=404),
    Visit("feedback", "{feedback}"),
    # Before the other one, whose service worker then answers.
    Visit("door-false", "/accueil/faux/", status=404),
    Visit("door", "{door}"),
    # Log-in
    Visit("log-in", "/compte/connexion/"),
    Visit("log-in-refused", "/compte/connexion/", act=send_empty),
    Visit("log-in-code", "/compte/connexion/", act=ask_for_a_code),
    Visit("password-forgotten", "/compte/mot-de-passe/oublie/"),
    Visit("password-sent", "/compte/mot-de-passe/oublie/envoye/"),
    Visit("password-link-false", "/compte/mot-de-passe/oublie/1-faux/"),
]
MEMBER = [
    Visit("members", "/membres/"),
    Visit("directory", "/membres/annuaire/"),
    Visit("directory-found", "/membres/annuaire/?q=commune"),
    Visit("directory-none", "/membres/annuaire/?q=introuvable"),
    Visit("card", "/membres/annuaire/soraya-benali-fontaine/"),
    Visit("card-of-organisation", "/membres/annuaire/assemblee-du-canal/"),
    Visit("card-write", "/membres/annuaire/soraya-benali-fontaine/ecrire/"),
    Visit("invitations", "/membres/invitations/"),
    Visit("own-card", "/membres/ma-fiche/"),
    Visit("own-registrations", "/membres/inscriptions/"),
    Visit("bookmarks", "/membres/enregistrements/"),
    Visit("messages", "/membres/messages/"),
    Visit("invite", "/membres/inviter/"),
    Visit("data", "/membres/mes-donnees/"),
    Visit("leave", "/membres/mes-donnees/quitter/"),
    Visit("absent", "/membres/absente/", status=404),
    Visit("event-for-members", "/agenda/atelier-des-membres-dunkerque/"),
    Visit("account-address", "/compte/adresse/"),
    Visit("account-password", "/compte/mot-de-passe/changer/"),
    Visit("account-security", "/compte/securite/"),
    Visit("account-identity", "/compte/identite/"),
    Visit("account-devices", "/compte/appareils/"),
    Visit("log-out", "/compte/deconnexion/"),
]
FORMER_MEMBER = [Visit("refused", "/membres/", status=403)]
EDITOR = [
    Visit("dashboard", "/admin/"),
    Visit("guide", "/admin/guide/"),
    Visit("explorer", "/admin/pages/{agenda}/"),
    Visit("article", "/admin/pages/{article}/edit/"),
    Visit("article-blocks", "/admin/pages/{article}/edit/", act=open_block_chooser),
    Visit("article-new", "/admin/pages/add/home/newspage/{news}/"),
    Visit("article-history", "/admin/pages/{article}/history/"),
    Visit("recap", "/admin/pages/{recap}/edit/"),
    Visit("event", "/admin/pages/{coming}/edit/"),
    Visit("event-registration", "/admin/pages/{coming}/edit/", act=open_registration_tab),
    Visit("events", "/admin/evenements/"),
    Visit("event-move", "/admin/evenements/{coming}/deplacer/"),
    Visit("event-again", "/admin/evenements/{meeting}/nouvelle-edition/"),
    Visit("event-recap", "/admin/evenements/{meeting}/compte-rendu/"),
    Visit("event-people", "/admin/evenements/{coming}/inscrits/"),
    Visit("event-day", "/admin/evenements/{today}/le-jour-meme/"),
    Visit("event-door", "/admin/evenements/{today}/accueil/"),
    Visit("event-message", "/admin/evenements/{coming}/message/"),
    Visit("event-thanks", "/admin/evenements/{meeting}/remercier/"),
    Visit("event-certificates", "/admin/evenements/{meeting}/attestations/"),
    Visit("registrations", "/admin/events/registration/"),
    Visit("registrations-of-one", "/admin/events/registration/?evenement={coming}"),
    Visit("registration", "/admin/events/registration/inspect/{registration}/"),
    Visit("registration-edit", "/admin/events/registration/edit/{registration}/"),
    Visit("registration-cancel", "/admin/events/registration/annuler/{registration}/"),
    Visit("registration-add", "/admin/events/registration/create/?evenement={coming}"),
    Visit("images", "/admin/images/"),
    Visit("image", "/admin/images/{image}/"),
    Visit("documents", "/admin/documents/"),
    Visit("emails", "/admin/home/outgoingemail/"),
    Visit("subscribers", "/admin/home/subscriber/"),
    Visit("invitations", "/admin/directory/invitation/"),
    Visit("themes", "/admin/snippets/home/theme/"),
    Visit("settings", "/admin/settings/home/sitesettings/"),
    Visit("report-links", "/admin/rapports/liens/"),
    Visit("report-images", "/admin/rapports/images/"),
    Visit("report-pdf", "/admin/rapports/pdf/"),
    Visit("report-recaps", "/admin/rapports/comptes-rendus/"),
    Visit("report-searches", "/admin/rapports/recherches/"),
    Visit("report-visits", "/admin/rapports/visites/"),
    Visit("report-year", "/admin/rapports/bilan/"),
    Visit("account", "/admin/account/"),
]
ADMINISTRATOR = [
    Visit("join-requests", "/admin/directory/joinrequest/"),
    Visit("join-request", "/admin/directory/joinrequest/inspect/{join_request}/"),
    Visit("join-admit", "/admin/directory/joinrequest/admettre/{join_request}/"),
    Visit("members", "/admin/directory/member/"),
    Visit("member", "/admin/directory/member/edit/{member}/"),
    Visit("members-import", "/admin/membres/importer/"),
    Visit("organisations", "/admin/directory/organisation/"),
    Visit("territories", "/admin/directory/territory/"),
    Visit("messages-to-review", "/admin/directory/messagetoreview/"),
    Visit("email", "/admin/home/outgoingemail/inspect/{email}/"),
    Visit("messages-reported", "/admin/directory/contactmessage/"),
]
#: By folder of the pictures: the account that visits, none for anybody, and what it sees.
VISITORS: dict[str, tuple[str, list[Visit]]] = {
    "public": ("", PUBLIC),
    "member": ("membre@example.org", MEMBER),
    "former-member": ("ancienne-membre@example.org", FORMER_MEMBER),
    "editor": ("editrice@example.org", EDITOR),
    "administrator": ("admin@example.org", ADMINISTRATOR),
}
