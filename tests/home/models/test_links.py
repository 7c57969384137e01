"""Links of published pages: what is wrong with them, at once."""

from typing import Any

import pytest
from django.test import Client
from wagtail.models import Page, PageViewRestriction, Site

from home.models import PageLink, SiteSettings
from home.models.links import Problem
from tests.builders import (
    make_document,
    make_event,
    make_home,
    make_members_page,
    make_news,
    make_private_collection,
    make_resource,
)

pytestmark = pytest.mark.django_db


def paragraph(html: str) -> tuple[str, str]:
    return ("paragraph", html)


def page_link(page: Page, words: str = "voir") -> str:
    return f'<p><a linktype="page" id="{page.pk}">{words}</a></p>'


def problems() -> list[str]:
    return list(PageLink.objects.broken().order_by("pk").values_list("problem", flat=True))


def test_a_page_that_three_others_link_to_is_reported_three_times_at_once_when_it_is_unpublished():
    """desk 18, content (Editors): no night is needed, and readers get words without a link."""
    target = make_news(title="Ancienne", slug="ancienne")
    in_text = make_news(title="Texte", slug="texte", body=[paragraph(page_link(target))])
    make_news(title="Chapô", slug="chapo", lead=page_link(target))
    make_news(title="Appel", slug="appel", body=[("call_to_action", call(page=target))])
    assert problems() == []

    target.specific.unpublish()

    assert problems() == ["unpublished"] * 3
    html = Client().get(in_text.url).content.decode()
    assert "<p>voir</p>" in html
    assert 'href="None"' not in html


def call(page: Page) -> dict[str, Any]:
    return {"label": "<p>Aller</p>", "target": "page", "page": page, "document": None, "url": ""}


def test_what_is_wrong_with_a_link_of_the_site_is_named(settings):
    """desk 7: deleted, expired, private, unknown, missing part of a page; and nothing that is right is named."""
    here = settings.BASE_URL
    gone, expired, kept = (
        make_news(title=name, slug=name) for name in ("partie", "finie", "tenue")
    )
    heading = ("heading", {"text": "Ce que nous retenons", "level": "2", "anchor": ""})
    parts = make_news(title="Parties", slug="parties", body=[heading])
    secret = make_document(title="Secret", collection=make_private_collection())
    section = make_members_page()
    PageViewRestriction.objects.create(page=section, restriction_type="login")
    make_news(
        title="Liens",
        slug="liens",
        body=[
            paragraph(page_link(gone)),
            paragraph(page_link(expired)),
            paragraph(page_link(section)),
            paragraph(f'<p><a linktype="document" id="{secret.pk}">fichier</a></p>'),
            paragraph(f'<p><a href="{parts.url}#jamais-vu">partie</a></p>'),
            paragraph(f'<p><a href="{here}/nulle/part/">nulle part</a></p>'),
            paragraph('<p><a href="/documents/5f0ba8d2-2ed5-4f0a-9a7e-8a3a0f4a6a6f/x.pdf">x</a></p>'),
            paragraph(page_link(kept)),
            paragraph(f'<p><a href="{here}{parts.url}#ce-que-nous-retenons">partie</a></p>'),
            paragraph('<p><a href="/recherche/?q=eau">recherche</a> <a href="mailto:a@b.fr">a</a></p>'),
            paragraph('<p><a href="/">accueil</a> <a href="#contenu">contenu</a></p>'),
        ],
    )  # fmt: skip
    gone.delete()
    expired.specific.unpublish(set_expired=True)

    assert problems() == [
        Problem.GONE, Problem.EXPIRED, Problem.PRIVATE, Problem.PRIVATE, Problem.ANCHOR, Problem.UNKNOWN, Problem.GONE,
    ]  # fmt: skip


def test_a_link_is_right_again_without_a_night():
    target = make_news(title="Cible", slug="cible")
    address = target.url
    make_news(slug="liens", body=[paragraph(f'<p><a href="{address}">x</a></p>')])
    target.delete()
    assert problems() == [Problem.GONE]
    target = make_news(title="Cible", slug="autre")
    source = make_news(slug="encore", body=[paragraph(f'<p><a href="{address}">y</a></p>')])
    assert problems() == [Problem.GONE, Problem.UNKNOWN]

    target.slug = "cible"
    target.save()

    assert problems() == [Problem.GONE]
    source.unpublish()
    assert not PageLink.objects.filter(page=source.pk).exists()


def test_addresses_in_fields_and_rows_of_a_page_are_links():
    event = make_event(outside_form_url="https://forms.example.org/a#b", slug="dehors")
    document = make_document()
    resource = make_resource(document=document, slug="doc")

    assert PageLink.objects.get(page=event.pk).external.address == "https://forms.example.org/a"
    assert PageLink.objects.get(page=resource.pk).target_document == document


def test_a_page_below_no_site_is_words_without_a_link_in_texts_and_alerts(client):
    """Wagtail 10134: the address None is never one of a link."""
    make_home()
    outside = Page.get_first_root_node().add_child(instance=Page(title="Ailleurs", slug="ailleurs"))
    source = make_news(slug="source", body=[paragraph(page_link(outside, "ailleurs"))])
    SiteSettings.objects.create(site=Site.objects.get(), alert_text=page_link(outside, "alerte"))

    html = client.get(source.url).content.decode()

    assert "ailleurs" in html
    assert "alerte" in html
    assert 'href="None"' not in html
