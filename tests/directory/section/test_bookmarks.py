"""Saved pages."""

import pytest
from django.test import Client
from wagtail.models import Page

from directory.models import Bookmark
from home.models import NewsIndexPage, NewsPage, StandardPage
from tests.builders import (
    make_home,
    make_member,
)

pytestmark = pytest.mark.django_db


def test_a_page_is_saved_and_forgotten(member_client, member, section):
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


def test_a_saved_page_that_is_gone_tells_no_title(member_client, member, section):
    """members 63."""
    page = make_home().add_child(instance=StandardPage(title="À relire", slug="a-relire"))
    member_client.post("/membres/enregistrements/", {"page": page.pk})
    Page.objects.filter(pk=page.pk).update(live=False)

    shown = member_client.get("/membres/enregistrements/").content.decode()

    assert "Plus disponible" in shown
    assert "À relire" not in shown


def test_nobody_forgets_the_bookmark_of_another(member_client, section):
    """A34, members 35."""
    other = make_member()
    bookmark = Bookmark.objects.create(user=other.user, page=make_home())

    member_client.post("/membres/enregistrements/", {"oublier": bookmark.pk})

    assert list(Bookmark.objects.all()) == [bookmark]


@pytest.mark.parametrize("value", ["abc", "-1", "9" * 50, "٣", ""])
def test_a_page_that_is_no_page_is_not_saved(member_client, section, value):
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
