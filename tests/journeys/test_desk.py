"""The screens that this project adds to the back office: accessible, and on a telephone of 320 px too."""

import json

from playwright.sync_api import Page

from tests.journeys.conftest import VisitedSite, log_in, sideways, violations
from tests.journeys.test_editions import THEIRS

KEYS = """
import json
from events.models import EventPage, Registration
coming = EventPage.objects.get(slug="forum-regional-ce-que-participer-veut-dire")
past = EventPage.objects.get(slug="atelier-lire-un-budget-communal")
print(json.dumps({"coming": coming.pk, "past": past.pk, "registration": coming.registrations.earliest("pk").pk}))
"""
SCREENS = [
    "/admin/",
    "/admin/guide/",
    "/admin/evenements/",
    "/admin/evenements/{coming}/deplacer/",
    "/admin/evenements/{coming}/inscrits/",
    "/admin/evenements/{coming}/message/",
    "/admin/evenements/{coming}/accueil/",
    "/admin/evenements/{past}/nouvelle-edition/",
    "/admin/evenements/{past}/compte-rendu/",
    "/admin/evenements/{past}/le-jour-meme/",
    "/admin/evenements/{past}/remercier/",
    "/admin/evenements/{past}/attestations/",
    "/admin/events/registration/",
    "/admin/events/registration/?evenement={coming}",
    "/admin/events/registration/inspect/{registration}/",
    "/admin/events/registration/edit/{registration}/",
    "/admin/events/registration/annuler/{registration}/",
    "/admin/home/outgoingemail/",
    "/admin/home/subscriber/",
    "/admin/directory/invitation/",
    "/admin/rapports/liens/",
    "/admin/rapports/images/",
    "/admin/rapports/comptes-rendus/",
    "/admin/rapports/visites/",
    "/admin/rapports/bilan/",
]


def test_the_screens_of_the_desk_are_accessible_and_never_scroll_sideways(
    page: Page, site: VisitedSite
) -> None:
    """desk 24, at 320 px."""
    keys = json.loads(site.manage("shell", "--no-imports", "-c", KEYS).splitlines()[-1])
    log_in(page, "editrice@example.org")
    found = []
    for screen in SCREENS:
        page.set_viewport_size({"width": 1280, "height": 900})
        answer = page.goto(screen.format(**keys))
        assert answer is not None
        assert answer.ok, screen
        found += [one for one in violations(page) if not any(rule in one for rule in THEIRS)]
        page.set_viewport_size({"width": 320, "height": 800})
        found += sideways(page)

    assert found == []
