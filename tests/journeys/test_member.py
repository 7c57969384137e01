"""A member logs in by code, finds someone, and downloads an invitation that others cannot get."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import VisitedSite, enter_by_code, log_in

INVITATIONS = "/membres/invitations/"


def test_a_member_logs_in_by_code_finds_someone_and_downloads_an_invitation(
    without_javascript: Page, site: VisitedSite, open_browser: Callable[..., Page]
) -> None:
    page = without_javascript

    page.goto("/membres/annuaire/")
    expect(page).to_have_url(re.compile("/compte/connexion/"))
    enter_by_code(page, site, "membre@example.org")

    expect(page).to_have_url(re.compile("/membres/annuaire/"))
    first = page.locator("main a[href*='/membres/annuaire/']:not([href*='?'])").first
    name = first.inner_text()
    page.get_by_label(re.compile("Nom, fonction")).fill(name.split()[-1].upper())
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name=name).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)

    page.goto(INVITATIONS)
    link = page.locator("main a[href*='telecharger']").first
    address = link.get_attribute("href") or ""
    assert page.context.request.get(address).body()[:5] == b"%PDF-"

    refused_to(open_browser(), address, 200)  # the log-in page
    former = open_browser()
    log_in(former, "ancienne-membre@example.org")
    refused_to(former, address, 403)


def refused_to(page: Page, address: str, status: int) -> None:
    """The file is refused, and the response reveals neither its name nor its existence."""
    for private in (INVITATIONS, address):
        answer = page.context.request.get(private)
        assert answer.status == status, private
        assert answer.headers["content-type"].startswith("text/html")
        assert ".pdf" not in answer.text()


@pytest.mark.parametrize("email", ["admin@example.org", "editrice@example.org"])
def test_staff_reach_the_back_office_through_the_log_in_page(page: Page, email: str) -> None:
    page.goto("/admin/")
    expect(page).to_have_url(re.compile("/compte/connexion/"))

    log_in(page, email)
    page.goto("/admin/")

    expect(page).to_have_url(re.compile("/admin/$"))
