"""Doors that a site of this kind often leaves open: here they are not there."""

import pytest
from django.test import Client
from wagtail import hooks
from wagtail.admin.forms.collections import CollectionViewRestrictionForm
from wagtail.admin.forms.pages import PageViewRestrictionForm

from tests.builders import make_home, make_member, make_members_page, make_news

pytestmark = pytest.mark.django_db


@pytest.fixture
def member_client():
    make_members_page()
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_member(first_name="Quartzite", last_name="Membre").user)
    return client


def test_nothing_answers_before_the_restriction_of_a_page_is_asked():
    """A7: Wagtail's own hook refuses odd methods; another one could show a private page."""
    found = [f"{hook.__module__}.{hook.__name__}" for hook in hooks.get_hooks("before_serve_page")]

    assert found == ["wagtail.wagtail_hooks.check_request_method"]


@pytest.mark.parametrize("path", ["/api/", "/api/v2/pages/", "/api/v2/documents/", "/api/v1/"])
def test_no_api_is_open(member_client, path):
    """A11."""
    make_home()

    assert [client.get(path).status_code for client in (Client(), member_client)] == [404, 404]


@pytest.mark.parametrize("sender", ["postmark", "brevo", "mailgun", "sendgrid", "mandrill"])
@pytest.mark.parametrize("event", ["tracking", "inbound"])
def test_nobody_tells_the_site_what_became_of_a_mail(sender, event):
    """A37, members 54: no provider's address is mounted, so there is nothing to forge or to send twice."""
    make_home()
    visitor = Client(enforce_csrf_checks=True)

    answer = visitor.post(f"/anymail/{sender}/{event}/", b"{}", content_type="application/json")

    assert answer.status_code in {403, 404}  # 403 where no address matches and no token comes
    assert visitor.get(f"/anymail/{sender}/{event}/").status_code == 404


@pytest.mark.parametrize("form", [PageViewRestrictionForm, CollectionViewRestrictionForm])
def test_no_password_is_shared(form):
    """A45."""
    offered = [value for value, _label in form().fields["restriction_type"].choices]

    assert offered
    assert "password" not in offered


@pytest.mark.parametrize(
    "path",
    [
        "/membres/enregistrements/",
        "/membres/ma-fiche/",
        "/membres/ma-fiche/confirmer/",
        "/membres/mes-donnees/",
        "/membres/mes-donnees/quitter/",
        "/membres/inviter/",
        "/compte/deconnexion/",
    ],
)
def test_a_post_that_another_site_sends_is_refused(member_client, path):
    """A35: each form of a member wants its token."""
    assert member_client.post(path, {"lettre": "recevoir"}).status_code == 403
    assert member_client.get("/membres/").status_code == 200


def test_a_cache_before_the_site_gives_a_members_page_to_nobody(member_client, settings):
    """A13, members 14: Django's page cache on, a member first, then somebody else at the same address."""
    settings.MIDDLEWARE = [
        "django.middleware.cache.UpdateCacheMiddleware",
        *settings.MIDDLEWARE,
        "django.middleware.cache.FetchFromCacheMiddleware",
    ]
    article = make_news(title="Article")
    addresses = ["/membres/", "/membres/annuaire/", article.url]

    asked = [member_client.get(address) for address in addresses]
    after = [Client().get(address) for address in addresses]

    assert [answer.status_code for answer in asked] == [200, 200, 200]
    assert [answer.status_code for answer in after] == [302, 302, 200]
    assert "Enregistrer dans mon espace" in asked[2].content.decode()
    assert "Enregistrer dans mon espace" not in after[2].content.decode()
    assert not after[2].cookies
