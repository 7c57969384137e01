"""Common attack surfaces that this site does not have: APIs, webhooks, shared passwords, CSRF exemptions."""

import pytest
from anymail import urls as anymail_urls
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern
from wagtail import hooks
from wagtail.admin.forms.collections import CollectionViewRestrictionForm
from wagtail.admin.forms.pages import PageViewRestrictionForm

from directory.models import User
from home.models import OutgoingEmail, StandardPage
from tests.builders import make_home, make_member, make_members_page, make_news
from tests.directory.membership.test_membership import make_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def member_client():
    make_members_page()
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_member(first_name="Quartzite", last_name="Membre").user)
    return client


def test_no_hook_answers_before_page_restrictions_are_checked():
    """A7: Wagtail's own hook only checks the method; another hook could show a private page."""
    found = [f"{hook.__module__}.{hook.__name__}" for hook in hooks.get_hooks("before_serve_page")]

    assert found == ["wagtail.wagtail_hooks.check_request_method"]


@pytest.mark.parametrize("path", ["/api/", "/api/v2/pages/", "/api/v2/documents/", "/api/v1/"])
def test_no_api_is_open(member_client, path):
    """A11."""
    make_home()

    assert [client.get(path).status_code for client in (Client(), member_client)] == [404, 404]


def test_no_webhook_of_a_mail_provider_is_mounted():
    """A37, members 54: so that no delivery event can be forged or replayed."""
    make_home()
    addresses = [f"/anymail/{pattern.pattern}" for pattern in anymail_urls.urlpatterns]

    answers = {
        Client().post(address, b"{}", content_type="application/json").status_code
        for address in addresses
    }

    assert len(addresses) > 20
    assert answers == {404}
    mounted = [where for where, view in views() if view.__module__.startswith("anymail")]
    assert mounted == []


def test_shared_passwords_are_disabled():
    """A45: by the settings, even if a page type allows them."""
    forms = [
        PageViewRestrictionForm(private_page_options=["password", "groups", "login"]),
        CollectionViewRestrictionForm(),
    ]

    for form in forms:
        offered = [value for value, _label in form.fields["restriction_type"].choices]
        assert offered == ["none", "login", "groups"]
        assert "password" not in form.fields


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
def test_a_post_from_another_site_is_refused(member_client, path):
    """A35: each form of the members' section requires its CSRF token. It is shown again with what was typed."""
    answer = member_client.post(path, {"lettre": "recevoir"})

    assert (answer.status_code, answer["Location"]) == (303, path)
    assert member_client.get("/membres/").status_code == 200  # still logged in
    assert not OutgoingEmail.objects.exists()


def views(resolver=None, before=""):
    """Yield (URL pattern, view) for the whole site."""
    for pattern in (resolver or get_resolver()).url_patterns:
        where = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield where, pattern.callback
        else:
            yield from views(pattern, where)


@pytest.mark.ignore_template_errors  # Wagtail's own
def test_only_secret_urls_are_exempt_from_csrf():
    """A35: all other posts require the CSRF token; Wagtail's admin API checks it by itself."""
    exempt = [where for where, view in views() if getattr(view, "csrf_exempt", False)]
    of_programs = [where for where in exempt if where.startswith("admin/api/main/")]
    page = make_home().add_child(instance=StandardPage(title="Visée", slug="visee"))
    admin = Client(enforce_csrf_checks=True)
    admin.force_login(User.objects.create_superuser("admin@example.org"))

    answer = admin.post(f"/admin/api/main/pages/{page.pk}/action/unpublish/")

    others = [where for where in exempt if where not in of_programs]
    assert len(others) > 10
    assert [where for where in others if "<str:token>" not in where] == []
    assert answer.status_code == 403
    assert StandardPage.objects.get().live


@pytest.mark.ignore_template_errors  # Wagtail's own
def test_a_moderator_cannot_admit_anyone_without_the_token():
    """A35: through another site's form or a link."""
    request = make_request()
    admin = Client(enforce_csrf_checks=True)
    admin.force_login(User.objects.create_superuser("admin@example.org"))
    address = f"/admin/directory/joinrequest/admettre/{request.pk}/"

    answers = [admin.post(address).status_code, admin.get(address).status_code]

    request.refresh_from_db()
    assert (answers, request.state) == ([403, 200], "confirmed")  # a link only asks


def test_a_cache_before_the_site_never_serves_a_members_page(
    member_client, settings, django_assert_num_queries
):
    """A13, members 14: with Django's page cache, a member's request first, then an anonymous one to the same URL."""
    settings.MIDDLEWARE = [
        "django.middleware.cache.UpdateCacheMiddleware",
        *settings.MIDDLEWARE,
        "django.middleware.cache.FetchFromCacheMiddleware",
    ]
    article = make_news(title="Article")
    addresses = ["/membres/", "/membres/annuaire/", article.url]

    asked = [member_client.get(address) for address in addresses]
    after = [Client().get(address) for address in addresses]
    with django_assert_num_queries(0):
        kept = Client().get(article.url)
    again = member_client.get(article.url)

    assert [answer.status_code for answer in asked] == [200, 200, 200]
    assert [answer.status_code for answer in after] == [302, 302, 200]
    own = [answer.content.decode() for answer in (asked[2], after[2], kept, again)]
    assert ["Enregistrer dans mon espace" in page for page in own] == [True, False, False, True]
    assert not after[2].cookies
    assert not kept.cookies
