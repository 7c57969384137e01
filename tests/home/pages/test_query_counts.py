"""Number of queries of each page in a new process: within the budget, and the same with 1 row and with 30."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from home.models import SiteDocument, SiteImage, Theme
from site_cms.site_tree import ensure_site
from tests.builders import make_document, make_image, make_news, make_resource

pytestmark = pytest.mark.django_db

BUDGET = 16
MANY = 30


def queries_of(address: str) -> int:
    Client().get(address)  # creates the renditions
    cache.clear()
    ContentType.objects.clear_cache()
    with CaptureQueriesContext(connection) as queries:
        response = Client().get(address)
    assert response.status_code == 200
    return len(queries)


def fill(numbers: range) -> None:
    image = SiteImage.objects.first() or make_image()
    document = SiteDocument.objects.first() or make_document()
    themes = [Theme.objects.get_or_create(name=slug, slug=slug)[0] for slug in ("un", "deux")]
    body = [
        ("heading", {"text": "Partie", "level": "2"}),
        ("paragraph", f'<p><a linktype="document" id="{document.pk}">lire</a></p>'),
    ]
    for number in numbers:
        fields = {"themes": themes, "main_image": image, "body": body}
        make_news(title=f"Article {number}", slug=f"article-{number}", **fields)
        make_resource(title=f"R {number}", slug=f"ressource-{number}", document=document, **fields)


ADDRESSES = [
    "/",
    "/actualites/",
    "/actualites/?theme=un&annee=2026",
    "/actualites/article-0/",
    "/actualites/flux/",
    "/ressources/",
    "/ressources/ressource-0/",
    "/le-reseau/",
    "/mentions-legales/",
    "/recherche/?q=article",
    "/plan-du-site/",
    "/sitemap.xml",
]


def test_every_page_stays_within_its_budget_with_one_row_and_with_thirty():
    ensure_site()
    fill(range(1))
    few = {address: queries_of(address) for address in ADDRESSES}

    fill(range(1, MANY))
    many = {address: queries_of(address) for address in ADDRESSES}

    assert {address: count for address, count in many.items() if count > BUDGET} == {}
    assert {
        address: (few[address], many[address]) for address in many if few[address] != many[address]
    } == {}
