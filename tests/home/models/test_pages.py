import json
import re

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from wagtail.models import Page, Site

from home.access import MEMBERS_GROUP
from home.models import LegalPage, RelatedPage, SiteSettings, StandardPage, Theme
from home.prefetch.related import related_to
from site_cms.site_tree import ensure_site
from tests.builders import make_home, make_members_page, make_news, make_resource

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _home() -> None:
    make_home()


def test_every_page_of_the_tree_answers_with_one_title(client):
    ensure_site()
    pages = Page.objects.live().filter(content_type__app_label="home")

    found = {page.url: client.get(page.url) for page in pages}

    assert len(found) == 9
    assert {
        url: (answer.status_code, answer.content.count(b"<h1")) for url, answer in found.items()
    } == dict.fromkeys(found, (200, 1))


def test_every_page_of_the_tree_has_a_unique_meta_description(client):
    ensure_site()
    pages = Page.objects.live().filter(content_type__app_label__in=["home", "events"])

    described = [
        re.findall(r'<meta name="description" content="([^"]+)">', client.get(page.url).text)
        for page in pages
    ]

    assert [len(found) for found in described] == [1] * len(pages)
    assert len({found[0] for found in described}) == len(pages)


def test_an_article_shows_its_title_lead_dates_and_themes(client):
    theme = Theme.objects.create(name="Tiers-lieux", slug="tiers-lieux")
    article = make_news(
        title="Trois lieux : un « commun »",
        lead="<p>Un <b>récit</b>.</p>",
        first_published_at="2024-04-09T10:00:00+02:00",
        updated_on="2024-10-01",
        themes=[theme],
    )

    html = client.get(article.url).content.decode()

    assert "Trois lieux\u00a0: un «\u00a0commun\u00a0»</h1>" in html
    assert '<time datetime="2024-04-09">9 avril 2024</time>' in html
    assert 'Mis à jour le <time datetime="2024-10-01">1er octobre 2024</time>' in html
    assert '<a href="/actualites/?theme=tiers-lieux">Tiers-lieux</a>' in html
    assert "<b>récit</b>" in html


def test_a_slug_made_from_a_french_title_keeps_its_letters():
    article = make_news(title="Cœur de l’Œuvre", slug="")

    assert article.slug == "coeur-de-l-oeuvre"


def test_two_articles_with_the_same_title_get_two_addresses():
    first, second = make_news(title="Appel", slug=""), make_news(title="Appel", slug="")

    assert [first.slug, second.slug] == ["appel", "appel-2"]


def test_legal_pages_are_generated_from_the_settings(client):
    ensure_site()
    identity = SiteSettings.for_site(Site.objects.get())
    identity.publisher_name = "Centre Exemple"
    identity.host_name = "Hébergeur Exemple"
    identity.data_controller = "Responsable Exemple"
    identity.contact_email = "bonjour@example.org"
    identity.save()

    pages = {
        kind: client.get(f"/{kind}/").content.decode()
        for kind in ("mentions-legales", "accessibilite", "donnees-personnelles", "contact")
    }

    assert "Centre Exemple" in pages["mentions-legales"]
    assert "Hébergeur Exemple" in pages["mentions-legales"]
    assert "<strong>non conforme</strong>" in pages["accessibilite"]
    assert "Responsable Exemple" in pages["donnees-personnelles"]
    assert "mailto:bonjour@example.org" in pages["contact"]


def test_the_site_has_one_legal_page_of_each_kind():
    make_home().add_child(instance=LegalPage(title="Contact", kind="contact"))
    page = LegalPage(title="Contact", slug="autre", kind="contact", path="00010001009Z", depth=3)

    with pytest.raises(Exception, match="déjà une page"):
        page.clean()


def test_an_unpublished_page_answers_404(client):
    article = make_news(title="Brouillon")
    article.unpublish()

    assert client.get(article.url).status_code == 404


@pytest.mark.parametrize("build", [make_news, make_resource])
def test_a_list_accepts_any_query_and_echoes_none_of_it(client, build):
    address = build().get_parent().url

    for query in [
        "page=-1",
        "page=abc",
        "page=999",
        "annee=abc",
        "theme=<script>",
        "annee=99999",
        "annee=%00",
    ]:
        response = client.get(f"{address}?{query}")

        assert (query, response.status_code) == (query, 200)
        assert "<script>" not in response.content.decode().split("<main")[1].split("</main>")[0]


def test_the_news_list_filters_by_theme_and_year_and_its_title_says_so(client):
    theme = Theme.objects.create(name="Budget participatif", slug="budget")
    make_news(title="Ancien", first_published_at="2022-05-01T12:00:00+02:00", themes=[theme])
    make_news(title="Recent", first_published_at="2024-05-01T12:00:00+02:00", themes=[theme])
    make_news(title="Sans thème", first_published_at="2024-06-01T12:00:00+02:00")

    html = client.get("/actualites/?theme=budget&annee=2024").content.decode()

    assert titles_of_cards(html) == ["Recent"]
    assert "<h1>Actualités\u00a0: Budget participatif, 2024</h1>" in html
    assert '<meta name="robots" content="noindex, follow">' in html


def test_the_second_page_of_a_list_says_so(client):
    for number in range(13):
        make_news(
            title=f"Article {number:02}", first_published_at=f"2024-01-{number + 1:02}T12:00:00Z"
        )

    html = client.get("/actualites/?page=2").content.decode()

    assert titles_of_cards(html) == ["Article 00"]
    assert "<h1>Actualités (page 2)</h1>" in html
    assert '<link rel="canonical" href="http://localhost/actualites/?page=2">' in html


def test_the_year_of_a_page_is_that_of_paris_time(client):
    make_news(title="Au passage de l’an", first_published_at="2023-12-31T23:30:00Z")

    html = client.get("/actualites/?annee=2024").content.decode()

    assert titles_of_cards(html) == ["Au passage de l’an"]


def test_related_pages_are_the_chosen_ones_then_those_with_the_same_themes_then_the_latest():
    theme = Theme.objects.create(name="Climat", slug="climat")
    page = make_news(title="Lue", themes=[theme])
    latest = make_news(title="Dernière", first_published_at="2025-01-01T12:00:00Z")
    same = make_news(title="Même thème", first_published_at="2020-01-01T12:00:00Z", themes=[theme])
    chosen = make_resource(title="Choisie", first_published_at="2019-01-01T12:00:00Z")
    page.related_pages = [RelatedPage(related=chosen), RelatedPage(related=page)]
    page.save()

    found = [row.title for row in related_to(page, AnonymousUser())]

    assert found == [chosen.title, same.title, latest.title]


def test_related_pages_omit_those_the_visitor_may_not_see(client, django_user_model):
    page = make_news(title="Lue")
    private = make_private_page("Zyxophile")
    page.related_pages = [RelatedPage(related=private)]
    page.save()
    member = django_user_model.objects.create_user("membre@example.org")
    member.groups.add(Group.objects.get(name=MEMBERS_GROUP))

    for_public = client.get(page.url).content.decode()
    client.force_login(member)
    for_member = client.get(page.url).content.decode()

    assert ("Zyxophile" in for_public, "Zyxophile" in for_member) == (False, True)


def test_a_private_title_is_in_no_public_list_feed_or_map(client):
    make_private_page("Zyxophile")
    make_news()

    for address in [
        "/",
        "/actualites/",
        "/actualites/flux/",
        "/plan-du-site/",
        "/sitemap.xml",
        "/robots.txt",
        "/absent/",
    ]:
        assert "Zyxophile" not in client.get(address).content.decode(), address


def test_an_anonymous_visitor_is_sent_to_the_log_in_and_a_stranger_gets_an_explanation(
    client, django_user_model
):
    page = make_private_page("Zyxophile")
    stranger = django_user_model.objects.create_user("autre@example.org")

    anonymous = client.get(page.url)
    client.force_login(stranger)
    refused = client.get(page.url)

    assert (anonymous.status_code, anonymous["Location"]) == (
        302,
        f"/compte/connexion/?next={page.url}",
    )
    assert {"no-store", "private"} <= set(anonymous["Cache-Control"].split(", "))
    assert refused.status_code == 403
    assert {"no-store", "private"} <= set(refused["Cache-Control"].split(", "))
    assert "Cette page est réservée" in refused.content.decode()
    assert "Zyxophile" not in refused.content.decode()


def test_a_member_gets_a_private_page_that_is_not_cached(client, django_user_model):
    """A13, members 4."""
    page = make_private_page("Zyxophile")
    member = django_user_model.objects.create_user("membre@example.org")
    member.groups.add(Group.objects.get(name=MEMBERS_GROUP))
    client.force_login(member)

    response = client.get(page.url)
    member.groups.clear()
    after = client.get(page.url)

    assert response.status_code == 200
    assert {"no-store", "private"} <= set(response["Cache-Control"].split(", "))
    assert '<meta name="robots" content="noindex">' in response.content.decode()
    assert (after.status_code, after["Location"][:23]) == (302, "/compte/connexion/?next")


@pytest.mark.django_db
def test_every_page_announces_the_feed_of_news(client):
    """K11: readers of feeds look for it on the first page."""
    article = make_news()
    network = SiteSettings.of_network().name

    for address in ("/", "/actualites/", article.url, "/recherche/"):
        html = client.get(address).content.decode()
        assert (
            f'type="application/atom+xml" title="Actualités – {network}" '
            'href="http://localhost/actualites/flux/"' in html
        ), address


def test_the_title_of_the_home_page_is_the_networks_name(client):
    """K11: « Accueil » says nothing in a list of bookmarks."""
    network = SiteSettings.of_network()

    html = client.get("/").content.decode()

    assert re.search("<title>(.*)</title>", html)[1].startswith(f"{network.name} – ")
    assert f'<meta property="og:title" content="{network.name}">' in html


def test_the_feed_holds_the_newest_articles_as_atom(client):
    article = make_news(title="Un & deux", lead="<p>Chapô</p>")

    response = client.get("/actualites/flux/")

    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert f"urn:uuid:{article.translation_key}" in response.content.decode()
    assert "<title>Un &amp; deux</title>" in response.content.decode()
    assert f'href="http://localhost{article.url}"' in response.content.decode()
    network = SiteSettings.of_network().name
    assert f"<title>Actualités – {network}</title>" in response.content.decode()
    assert f"<author><name>{network}</name>" in response.content.decode()
    again = client.get("/actualites/flux/", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_the_sitemap_has_public_pages_without_noindex(client):
    kept, apart = make_news(title="Gardée"), make_news(title="À part", noindex=True)

    text = client.get("/sitemap.xml").content.decode()

    assert kept.full_url in text
    assert apart.full_url not in text


def test_structured_data_cannot_end_its_script(client):
    article = make_news(title="</script><script>alert(1)</script>")

    html = client.get(article.url).content.decode()

    [text] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    kinds = {item["@type"]: item for item in json.loads(text)}
    assert set(kinds) == {"BreadcrumbList", "NewsArticle"}
    assert kinds["NewsArticle"]["headline"] == "</script><script>alert(1)</script>"
    assert [step["name"] for step in kinds["BreadcrumbList"]["itemListElement"]] == [
        "Accueil",
        "Actualités",
        article.title,
    ]


def test_the_home_page_has_structured_data_of_the_organisation(client):
    html = client.get("/").content.decode()

    [text] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert [item["@type"] for item in json.loads(text)] == ["Organization", "WebSite"]


def test_a_page_that_moves_leaves_a_redirect(client, django_capture_on_commit_callbacks):
    article = make_news(title="Ancienne adresse")
    before = article.url
    article.slug = "nouvelle-adresse"
    with django_capture_on_commit_callbacks(execute=True):
        article.save_revision().publish()

    response = client.get(before)

    assert (response.status_code, response["Location"]) == (301, "/actualites/nouvelle-adresse/")


def test_an_absent_address_answers_404_in_french(client):
    response = client.get("/absente/")

    assert response.status_code == 404
    assert "n’est pas (ou plus) ici" in response.content.decode()


def test_the_site_is_healthy_when_its_database_answers(client):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok")


def titles_of_cards(html: str) -> list[str]:
    return re.findall(r'<h\d class="card-title"><a [^>]*>(.*?)</a>', html)


def make_private_page(title: str) -> StandardPage:
    return make_members_page().add_child(instance=StandardPage(title=title))
