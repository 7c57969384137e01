"""Bookmarks of members."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from wagtail.models import Page, PageViewRestriction

from directory.models import Bookmark
from home.models import NewsIndexPage, NewsPage, StandardPage
from tests.builders import make_home, make_member

pytestmark = pytest.mark.django_db


def test_a_page_is_bookmarked_and_removed(member_client, member, section):
    page = make_home().add_child(instance=StandardPage(title="À relire", slug="a-relire"))

    for _twice in range(2):
        answer = member_client.post("/membres/enregistrements/", {"page": page.pk})
        assert (answer.status_code, answer["Location"]) == (302, "/membres/enregistrements/")
    assert "À relire" in member_client.get("/membres/enregistrements/").content.decode()
    bookmark = Bookmark.objects.get()
    member_client.get("/membres/enregistrements/", {"oublier": bookmark.pk})
    assert Bookmark.objects.exists()
    member_client.post("/membres/enregistrements/", {"oublier": bookmark.pk})
    assert not Bookmark.objects.exists()


def test_the_bookmark_of_a_page_that_is_gone_shows_no_title(member_client, member, section):
    """members 63: unpublished, private or deleted."""
    home = make_home()
    pages = [
        home.add_child(instance=StandardPage(title=f"À relire {number}", slug=f"a-relire-{number}"))
        for number in range(3)
    ]
    for page in pages:
        member_client.post("/membres/enregistrements/", {"page": page.pk})
    Page.objects.filter(pk=pages[0].pk).update(live=False)
    PageViewRestriction.objects.create(page=pages[1], restriction_type="groups")
    pages[2].delete()

    shown = member_client.get("/membres/enregistrements/").content.decode()

    assert shown.count("Plus disponible") == 3
    assert "À relire" not in shown


@pytest.mark.parametrize("by_code", [True, False])
def test_a_page_bookmarked_before_the_log_in_is_saved_after_it(section, sent, by_code):
    """members 63: with links and forms only. GET requests of the link and its page save nothing."""
    member = make_member(email="awa@example.org", password="demonstration")
    news = make_home().add_child(instance=NewsIndexPage(title="Actualités", slug="actualites"))
    article = news.add_child(instance=NewsPage(title="Article", slug="article"))
    visitor = Client()

    shown = visitor.get(article.url).content.decode()
    [link] = re.findall(r'href="(/membres/enregistrements/\?page=\d+)"', shown)
    log_in = visitor.get(link)["Location"]
    wanted = dict(parse_qsl(urlsplit(log_in).query))
    assert (urlsplit(log_in).path, wanted) == ("/compte/connexion/", {"next": link})
    if by_code:
        visitor.post("/compte/connexion/code/", {"email": "awa@example.org", **wanted})
        code = re.search(r"^[A-Z]{4}-[A-Z]{4}$", sent[-1].body, re.MULTILINE).group()
        back = visitor.post("/compte/connexion/code/saisie/", {"code": code, **wanted})
    else:
        answers = {"login": "awa@example.org", "password": "demonstration"}
        back = visitor.post("/compte/connexion/", answers | wanted)

    assert back["Location"] == link
    assert "Article" in visitor.get(link).content.decode()
    assert [(one.user, one.page.pk) for one in Bookmark.objects.all()] == [
        (member.user, article.pk)
    ]
    Bookmark.objects.all().delete()
    visitor.get(link)
    assert not Bookmark.objects.exists()


def test_the_log_in_saves_nothing_for_users_who_are_not_members(section):
    member = make_member(email="awa@example.org", password="demonstration")
    member.user.groups.clear()
    wanted = {"next": f"/membres/enregistrements/?page={make_home().pk}"}

    Client().post(
        "/compte/connexion/", {"login": "awa@example.org", "password": "demonstration", **wanted}
    )

    assert not Bookmark.objects.exists()


def test_nobody_removes_the_bookmark_of_another_member(member_client, section):
    """A34, members 35."""
    other = make_member()
    bookmark = Bookmark.objects.create(user=other.user, page=make_home())

    member_client.post("/membres/enregistrements/", {"oublier": bookmark.pk})

    assert list(Bookmark.objects.all()) == [bookmark]


@pytest.mark.parametrize("value", ["abc", "-1", "9" * 50, "٣", ""])
def test_an_invalid_page_is_not_saved(member_client, section, value):
    assert member_client.post("/membres/enregistrements/", {"page": value}).status_code == 302
    assert not Bookmark.objects.exists()


def test_an_article_is_saved_by_members_only(member_client, section):
    news = make_home().add_child(instance=NewsIndexPage(title="Actualités", slug="actualites"))
    article = news.add_child(instance=NewsPage(title="Article", slug="article"))

    shown = member_client.get(article.url).content.decode()
    assert "Enregistrer dans mon espace" in shown
    member_client.post("/membres/enregistrements/", {"page": article.pk})
    assert "Retirer de mon espace" in member_client.get(article.url).content.decode()
    assert "mon espace" not in Client().get(article.url).content.decode()
