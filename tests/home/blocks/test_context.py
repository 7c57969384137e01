"""Prefetching of the objects that blocks refer to, and masking of those a visitor may not see."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, Group
from django.template import Context, Template
from django.test import RequestFactory
from wagtail.models import PageViewRestriction

from home.access import MEMBERS_GROUP
from home.blocks import contents, prepare
from home.models import StandardPage
from tests.builders import (
    make_document,
    make_home,
    make_image,
    make_join_page,
    make_private_collection,
)

PRIVATE = "Réservé aux membres du réseau"
pytestmark = pytest.mark.django_db


def visit(user=None):
    request = RequestFactory().get("/")
    request.user = user or AnonymousUser()
    return request


def member():
    user = get_user_model().objects.create_user(email="membre@example.org")
    user.groups.add(Group.objects.get_or_create(name=MEMBERS_GROUP)[0])
    return user


def page_with(body: list[dict], **fields) -> StandardPage:
    page = StandardPage(title="Page", slug="page-avec", body=json.dumps(body), **fields)
    page = make_home().add_child(instance=page)
    return StandardPage.objects.get(pk=page.pk)


def rendered(page: StandardPage, user=None) -> str:
    request = visit(user)
    prepare(page, request)
    template = Template(
        "{% load content_tags wagtailcore_tags %}{% rich_text page.lead %}{% include_block page.body %}"
    )
    return template.render(Context({"page": page, "request": request}))


def gallery(images: list) -> dict:
    picture = {"decorative": False, "alt_text": "Une place"}
    rows = [
        {"image": {**picture, "image": image.pk}, "caption": "", "credit": ""} for image in images
    ]
    return {"type": "gallery", "value": {"title": "", "pictures": rows}}


def download(document) -> dict:
    return {"type": "download", "value": {"document": document.pk, "title": ""}}


def paragraph(html: str) -> dict:
    return {"type": "paragraph", "value": f"<p>{html}</p>"}


def related(pages: list) -> dict:
    return {"type": "related", "value": {"title": "À lire", "pages": [page.pk for page in pages]}}


def body_of(number: int) -> list[dict]:
    """Return a body with galleries, and `number` downloads, links and cards."""
    home = make_home()
    pages = [
        home.add_child(instance=StandardPage(title=f"Autre {place}", slug=f"autre-{place}"))
        for place in range(number)
    ]
    images = [make_image(title=f"Photo {place}") for place in range(number)]
    documents = [make_document(title=f"Doc {place}") for place in range(number)]
    links = [
        paragraph(
            f'<a linktype="page" id="{page.pk}">x</a> <a linktype="document" id="{document.pk}">y</a>'
        )
        for page, document in zip(pages, documents, strict=True)
    ]
    galleries = [gallery(images[:1]), gallery(images)]
    return [*galleries, *map(download, documents), *links, related(pages)]


@pytest.mark.parametrize("number", [1, 6])
def test_a_page_costs_the_same_with_one_and_with_many(number, django_assert_num_queries):
    page = page_with(body_of(number))
    rendered(page)  # creates the renditions
    page = StandardPage.objects.get(pk=page.pk)

    with django_assert_num_queries(7):
        rendered(page)


def test_a_picture_used_twice_keeps_the_words_of_each_use():
    image = make_image()
    blocks = [gallery([image]), gallery([image])]
    blocks[1]["value"]["pictures"][0]["image"]["alt_text"] = "Un marché"

    html = rendered(page_with(blocks))

    assert ('alt="Une place"' in html, 'alt="Un marché"' in html) == (True, True)


def test_a_private_document_is_not_named_to_the_public():
    """A12, members 13."""
    document = make_document(title="Invitation secrète", collection=make_private_collection())
    link = paragraph(f'Voir <a linktype="document" id="{document.pk}">invitation-secrete.pdf</a>.')
    page = page_with([download(document), link], lead=link["value"])

    public, private = rendered(page), rendered(page_with_again(page), member())

    for secret in ("secrète", "secrete", "/documents/", str(document.uuid)):
        assert secret not in public
    assert public.count(PRIVATE) == 3
    assert private.count(document.url) == 3
    assert PRIVATE not in private


def page_with_again(page: StandardPage) -> StandardPage:
    return StandardPage.objects.get(pk=page.pk)


def test_a_private_page_is_not_named_to_the_public():
    secret = make_home().add_child(instance=StandardPage(title="Secret", slug="page-secrete"))
    restriction = PageViewRestriction.objects.create(
        page=secret, restriction_type=PageViewRestriction.GROUPS
    )
    restriction.groups.add(Group.objects.get_or_create(name=MEMBERS_GROUP)[0])
    call = {
        "label": "<p>Lire le secret</p>",
        "target": "page",
        "page": secret.pk,
        "document": None,
        "url": "",
    }
    page = page_with(
        [
            paragraph(f'<a linktype="page" id="{secret.pk}">Le titre secret</a>'),
            {"type": "call_to_action", "value": call},
            related([secret]),
        ]
    )

    public, private = rendered(page), rendered(page_with_again(page), member())

    assert ("secret" in public, public.count(PRIVATE)) == (False, 2)
    assert private.count('href="/page-secrete/"') == 3


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ('<a href="#">le manuel</a>', "<p>le manuel</p>"),
        ('<a linktype="page" id="999999">disparue</a>', "<p>disparue</p>"),
        ('<a linktype="document" id="x">disparu</a>', "<p>disparu</p>"),
        ('<a href="javascript:alert(1)">non</a>', "<p>non</p>"),
        ('<a href="//example.org/">non</a>', "<p>non</p>"),
        (
            '<a href="https://example.org/?a=1&amp;b=2">oui</a>',
            '<p><a href="https://example.org/?a=1&amp;b=2">oui</a></p>',
        ),
    ],
)
def test_a_link_that_leads_nowhere_is_plain_text(link, shown):
    assert shown in rendered(page_with([paragraph(link)]))


def test_a_link_to_an_unpublished_page_is_plain_text():
    draft = make_home().add_child(instance=StandardPage(title="B", slug="b", live=False))

    html = rendered(page_with([paragraph(f'<a linktype="page" id="{draft.pk}">bientôt</a>')]))

    assert "<p>bientôt</p>" in html


def test_two_headings_with_the_same_words_have_different_anchors():
    value = {"text": "Cœur de l’œuvre", "level": "2", "anchor": ""}
    page = page_with([{"type": "heading", "value": value}] * 2)

    html = rendered(page)

    assert [heading.identifier for heading in contents(page.body)] == [
        "coeur-de-l-oeuvre",
        "coeur-de-l-oeuvre-2",
    ]
    assert html.count('id="coeur-de-l-oeuvre-2"') == 1


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("join", "/rejoindre/"),
        ("external", "https://example.org/"),
        ("registration", ""),
        ("none", ""),
    ],
)
def test_a_call_leads_where_it_says_or_is_plain_text(target, address):
    make_join_page()
    value = {
        "label": '<p>Je <b>viens</b> <a href="#">ici</a></p>',
        "target": target,
        "page": None,
        "document": None,
        "url": "https://example.org/" if target == "external" else "",
    }

    html = rendered(page_with([{"type": "call_to_action", "value": value}]))

    assert "Je <b>viens</b> ici" in html
    assert html.count("<a ") == bool(address)
    assert f'href="{address}"' in html or not address
