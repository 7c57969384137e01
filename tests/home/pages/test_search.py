import re

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.http import QueryDict

from home.access import MEMBERS_GROUP
from home.models import NewsPage, SearchEntry, StandardPage
from home.models.search import index_missing
from home.pages.search import SearchQuery, answers, excerpt
from tests.builders import (
    make_document,
    make_home,
    make_members_page,
    make_news,
    make_private_collection,
    make_resource,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _home() -> None:
    make_home()


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("echange", "Un temps d’Échange"),
        ("coeur", "Au cœur du sujet"),
        ("participants", "Les participant·es"),
        ("participantes", "Les participant·es"),
        ("elus", "Des élu·es"),
        ("elus", "Des élu-es"),
        ("acteurs", "Les acteur·rices"),
        ("actrices", "Les acteur·rices"),
        ("territoire", "Nos territoires"),
    ],
)
def test_the_search_finds_what_a_french_reader_types(client, asked, written):
    make_news(title="Un article", body=[("paragraph", f"<p>{written}</p>")])
    make_news(title="Un autre", body=[("paragraph", "<p>Rien de cela</p>")])

    html = client.get("/recherche/", {"q": asked}).content.decode()

    assert titles(html) == ["Un article"]
    assert "<mark>" in html


def test_the_title_counts_more_than_the_lead_and_the_lead_more_than_the_text():
    in_text = make_news(title="Un", body=[("paragraph", "<p>climat</p>")])
    in_title = make_news(title="Le climat", first_published_at="2010-01-01T12:00:00Z")
    in_lead = make_news(
        title="Deux", lead="<p>climat</p>", first_published_at="2011-01-01T12:00:00Z"
    )
    newer = make_news(
        title="Trois",
        body=[("paragraph", "<p>climat</p>")],
        first_published_at="2027-01-01T12:00:00Z",
    )

    found = [entry.page_id for entry in answers(SearchQuery("climat"), AnonymousUser())]

    assert found == [in_title.pk, in_lead.pk, newer.pk, in_text.pk]


def test_every_word_must_be_found():
    both = make_news(title="Budget participatif", lead="<p>à Arras</p>")
    make_news(title="Budget")

    found = [entry.page_id for entry in answers(SearchQuery("arras budget"), AnonymousUser())]

    assert found == [both.pk]


def test_a_draft_changes_nothing_until_it_is_published():
    page = make_news(title="Ancien titre")
    page.title = "Nouveau titre"
    page.save_revision()
    before = SearchEntry.objects.get(page=page).title

    page.get_latest_revision().publish()

    after = SearchEntry.objects.get(page=page).title
    assert ("ancien" in before, "nouveau" in before, "nouveau" in after) == (True, False, True)


def test_an_unpublished_page_is_not_found():
    page = make_news(title="Retirée")
    page.unpublish()

    assert not answers(SearchQuery("retiree"), AnonymousUser()).exists()


def test_a_private_page_is_found_by_members_only(client, django_user_model):
    make_members_page().add_child(instance=StandardPage(title="Zyxophile"))
    member = django_user_model.objects.create_user("membre@example.org")
    member.groups.add(Group.objects.get(name=MEMBERS_GROUP))

    for_public = client.get("/recherche/?q=zyxophile").content.decode()
    client.force_login(member)
    for_member = client.get("/recherche/?q=zyxophile").content.decode()

    assert (titles(for_public), titles(for_member)) == ([], ["Zyxophile"])


def test_the_name_of_a_private_document_is_not_in_the_index():
    document = make_document(title="Zyxophile", collection=make_private_collection())
    link = f'<p>Lire <a linktype="document" id="{document.pk}">Zyxophile secret</a></p>'

    page = make_news(title="Publique", lead=link, body=[("paragraph", link)])

    entry = SearchEntry.objects.get(page=page)
    assert "zyxophile" not in entry.body + entry.lead + entry.text.lower()


def test_the_results_are_filtered_by_kind(client):
    make_news(title="Climat, article")
    make_resource(title="Climat, ressource")

    html = client.get("/recherche/?q=climat&type=ressource").content.decode()

    assert titles(html) == ["Climat, ressource"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=",
        "q=%00",
        "q=<script>alert(1)</script>",
        "q=a&page=-1",
        "q=a&type=<b>",
        "q=%25_",
        "q=" + "x" * 3000,
    ],
)
def test_any_query_is_answered_and_escaped(client, query):
    make_news(title="Article")

    response = client.get(f"/recherche/?{query}")

    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()
    assert '<meta name="robots" content="noindex">' in response.content.decode()


def test_an_excerpt_shows_the_words_around_the_first_match():
    text = "mot " * 50 + "avant participant·es, après " + "fin " * 50

    found = excerpt(text, frozenset({"participante"}))

    assert "avant <mark>participant·es,</mark> après" in found
    assert found.startswith("… ")
    assert found.endswith(" …")
    assert (
        excerpt("<b>climat</b>", frozenset({"climat"})) == "<mark>&lt;b&gt;climat&lt;/b&gt;</mark>"
    )


def test_pages_without_an_index_entry_are_indexed_at_release():
    page = make_news(title="Ancienne")
    SearchEntry.objects.all().delete()

    assert index_missing() == NewsPage.objects.count()
    assert SearchEntry.objects.filter(page=page).exists()


def test_a_query_is_truncated_and_cleaned():
    question = SearchQuery.read(QueryDict("q=%00 deux   mots" + "a" * 300))

    assert question.text.startswith("deux mots")
    assert len(question.text) == 200


def titles(html: str) -> list[str]:
    return re.findall(r"<h2><a [^>]*>(.*?)</a></h2>", html)
