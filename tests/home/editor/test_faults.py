"""desk 20: each fault has a page that trips it and a like one that does not."""

import json
from typing import Any

import pytest
from wagtail.models import PageViewRestriction

from home.blocks.holes import HOLE
from home.editor.content_checks import Fault
from home.models import NewsPage, ResourcePage
from tests.builders import make_document, make_image, make_news, make_private_collection

pytestmark = pytest.mark.django_db

#: Faults of pages of every type; those of events are in `tests/events/models/test_event_checks.py`.
COMMON = {
    fault: fault
    for fault in (
        Fault.HOLE, Fault.PHOTO_TO_CHECK, Fault.TITLE, Fault.CARD_TITLE, Fault.SUMMARY, Fault.IMAGE_TEXT,
        Fault.PHOTO_UNASKED, Fault.HEADINGS, Fault.LINK, Fault.LINK_NAME, Fault.FILE_NAME, Fault.LINK_CLOSED,
        Fault.PRIVATE_FILE, Fault.CALL, Fault.TRANSCRIPT, Fault.DOCUMENT_ALONE, Fault.INCLUSIVE, Fault.MIXED_INCLUSIVE,
    )
}  # fmt: skip


def page(*blocks: tuple[str, Any], **fields: Any) -> NewsPage:
    body = json.dumps([{"type": kind, "value": value} for kind, value in blocks])
    defaults = {"title": "Un atelier", "lead": "<p>Deux phrases.</p>", "body": body}
    return make_news(**defaults | fields)


def resource(**fields: Any) -> ResourcePage:
    values = {"title": "Le guide", "lead": "<p>Un guide.</p>", "document": make_document()}
    return ResourcePage(**values | fields)


def text(html: str) -> NewsPage:
    return page(("paragraph", f"<p>{html}</p>"))


def heading(level: str, words: str = "Partie") -> tuple[str, Any]:
    return "heading", {"text": words, "level": level, "anchor": ""}


def photo(people: str) -> NewsPage:
    image = {"image": make_image().pk, "alt_text": "La salle", "decorative": False}
    picture = {"image": image, "caption": "", "credit": "", "people": people}
    return page(
        ("gallery", {"title": "", "pictures": [{"type": "item", "value": picture, "id": "1"}]})
    )


def illustrated(**fields: Any) -> NewsPage:
    return page(main_image=make_image(), **fields)


def video(transcript: str) -> NewsPage:
    return page(("video", {"url": "https://framatube.org/w/1", "transcript": transcript}))


def call(target: str) -> NewsPage:
    return page(("call_to_action", {"label": "<p>Venez</p>", "target": target}))


def linked(kind: str, target: Any) -> NewsPage:
    return text(f'<a linktype="{kind}" id="{target.pk}">le compte rendu</a>')


def members_page() -> NewsPage:
    closed = make_news(title="Entre nous")
    PageViewRestriction.objects.create(page=closed, restriction_type="login")
    return closed


def download(title: str, **document: Any) -> NewsPage:
    return page(("download", {"document": make_document(**document).pk, "title": title}))


def address(words: str) -> NewsPage:
    return text(f'<a href="https://example.org/a.pdf">{words}</a>')


@pytest.mark.parametrize(
    ("fault", "tripping", "clean"),
    [
        (Fault.HOLE, lambda: text(f"Le lieu : {HOLE}"), lambda: text("Le lieu reste à compléter.")),
        (Fault.HOLE, lambda: page(lead=f"<p>{HOLE}</p>"), page),
        (Fault.HOLE, lambda: page(heading("2", "⟨à compléter : le titre⟩")), lambda: page(heading("2"))),
        (Fault.PHOTO_TO_CHECK, lambda: photo("a-verifier"), lambda: photo("accord")),
        (Fault.PHOTO_UNASKED, lambda: photo(""), lambda: photo("aucune")),
        (Fault.TITLE, lambda: page(title="a" * 71), lambda: page(title="a" * 71, seo_title="Court")),
        (Fault.CARD_TITLE, lambda: page(title="a" * 101), lambda: page(title="a" * 101, card_title="Court")),
        (Fault.SUMMARY, lambda: page(lead=""), lambda: page(lead="", search_description="Un résumé.")),
        (Fault.IMAGE_TEXT, illustrated, lambda: illustrated(main_image_alt="La salle")),
        (Fault.IMAGE_TEXT, illustrated, lambda: illustrated(main_image_decorative=True)),
        (Fault.HEADINGS, lambda: page(heading("3")), lambda: page(heading("2"), heading("3"), heading("2"))),
        (Fault.HEADINGS, lambda: page(heading("2"), heading("4")), lambda: page(heading("2"), heading("3"), heading("4"))),
        (Fault.HEADINGS, lambda: page(heading("4")), lambda: page(heading("h2"))),
        (Fault.LINK, lambda: text('<a href="#">là</a>'), lambda: text('<a href="#suite">là</a>')),
        (Fault.LINK_NAME, lambda: address("https://example.org/a"), lambda: address("le site de la ville")),
        (Fault.LINK_NAME, lambda: address("www.example.org"), lambda: address("écrire à example.org")),
        (Fault.FILE_NAME, lambda: address("CR_2024-04-09_v3.pdf"), lambda: address("le compte rendu (PDF)")),
        (Fault.FILE_NAME, lambda: download("programme.pdf"), lambda: download("Le programme")),
        (Fault.LINK_CLOSED, lambda: linked("page", make_news(live=False)), lambda: linked("page", make_news())),
        (Fault.LINK_CLOSED, lambda: linked("page", members_page()), lambda: linked("document", make_document())),
        (
            Fault.PRIVATE_FILE,
            lambda: linked("document", make_document(collection=make_private_collection())),
            lambda: linked("document", make_document()),
        ),
        (
            Fault.PRIVATE_FILE,
            lambda: download("", collection=make_private_collection()),
            lambda: download(""),
        ),
        (Fault.CALL, lambda: call("none"), lambda: call("join")),
        (Fault.TRANSCRIPT, lambda: video(""), lambda: video("<p>Une salle.</p>")),
        (Fault.DOCUMENT_ALONE, resource, lambda: resource(body=json.dumps([{"type": "paragraph", "value": "<p>L’essentiel.</p>"}]))),
        (Fault.INCLUSIVE, lambda: text("les adhérent·ice·s"), lambda: text("les adhérent·es")),
        (Fault.MIXED_INCLUSIVE, lambda: text("élu·es, élu-es"), lambda: text("élu·es, habitant·es")),
    ],
)  # fmt: skip
def test_a_fault_is_found_where_it_is_and_nowhere_else(fault, tripping, clean):
    assert fault in {remark.fault for remark in tripping().remarks()}
    assert fault not in {remark.fault for remark in clean().remarks()}


def test_a_private_page_may_lead_to_what_is_private():
    page = linked("document", make_document(collection=make_private_collection()))
    PageViewRestriction.objects.create(page=page, restriction_type="login")

    assert list(page.remarks()) == []


def test_the_targets_of_a_page_cost_the_same_number_of_queries(django_assert_num_queries):
    one, many = make_news(), [make_news() for _each in range(5)]
    links = "".join(f'<a linktype="page" id="{target.pk}">un</a>' for target in many)
    few, lots = linked("page", one), text(links)

    with django_assert_num_queries(7):
        list(few.remarks())
    with django_assert_num_queries(7):
        list(lots.remarks())
