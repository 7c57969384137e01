"""K11: a link to a page is seen as a card, with the page's title, date and motif where it has no photo."""

import json
import re
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from PIL import Image
from wagtail.models import PageViewRestriction

from home.models import NewsPage, ShareImage
from home.pdf.leaflets import PressFailed
from home.theme import share_images
from home.theme.share_images import draw_share_images, due
from tests.builders import make_event, make_image, make_news

pytestmark = pytest.mark.django_db


@pytest.fixture
def typeset(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The contents of the pictures asked of typst, which is not started."""
    asked: list[str] = []

    def typeset(template: str, content: str) -> bytes:
        asked.append(content)
        return b"a picture"

    monkeypatch.setattr(share_images, "typeset", typeset)
    return asked


def shared(page: Any) -> str:
    html = Client().get(page.url).content.decode()
    found = re.search(r'<meta property="og:image" content="([^"]*)">', html)
    return found[1] if found else ""


def image_of(page: Any) -> ShareImage:
    return ShareImage.objects.get(page=page)


def test_the_picture_of_an_event_is_drawn_and_served(client):
    event = make_event(title="Forum <régional> : ce que participer veut dire", venue_town="Amiens")

    draw_share_images.call()

    address = shared(event)
    answer = client.get(address.removeprefix("http://localhost"))
    picture = Image.open(BytesIO(b"".join(answer.streaming_content)))
    assert (picture.format, picture.size) == ("PNG", (ShareImage.width, ShareImage.height))
    assert image_of(event).file.url in address


def test_it_says_what_the_page_is_and_when(typeset):
    make_event(title="Forum", venue_town="Amiens")
    make_event(title="Abandon", status="cancelled", venue_town="Lens")
    make_event(title="Plus tard", status="postponed", venue_town="Arras")

    draw_share_images.call()

    captions = {said["title"]: said["caption"] for said in map(json.loads, typeset)}
    assert captions["Forum"] == "Le jeudi 11 juin 2026, de 12h à 14h · Amiens"
    assert captions["Abandon"] == "Annulé · Le jeudi 11 juin 2026, de 12h à 14h · Lens"
    assert captions["Plus tard"] == "Reporté · Arras"


def test_it_is_not_shown_once_it_is_no_longer_true_and_is_drawn_again(typeset):
    article = make_news(title="Avant")
    draw_share_images.call()
    before, home = shared(article), image_of(article.get_parent().get_parent())
    NewsPage.objects.filter(pk=article.pk).update(title="Après")
    between = shared(article)
    article.refresh_from_db()

    article.save_revision().publish()
    draw_share_images.call()

    assert between.endswith(home.file.url)
    assert shared(article) not in (before, between)
    assert "Apr" in typeset[-1]
    assert not due().exists()


def test_a_photo_and_a_reserved_page_need_none(typeset):
    photo, reserved = make_news(main_image=make_image()), make_news(title="Réservée")
    PageViewRestriction.objects.create(page=reserved, restriction_type="login")

    draw_share_images.call()

    assert [image_of(page).file.name for page in (photo, reserved)] == ["", ""]
    assert not any("R\\u00e9serv" in content for content in typeset)
    assert not due().exists()


def test_a_picture_that_fails_stops_no_other_and_is_not_tried_again(typeset, monkeypatch, caplog):
    bad, good = make_news(title="Mauvaise"), make_news(title="Bonne")
    work = share_images.typeset

    def fail(template: str, content: str) -> bytes:
        if "Mauvaise" in content:
            raise PressFailed("no")
        return work(template, content)

    monkeypatch.setattr(share_images, "typeset", fail)

    draw_share_images.call()

    assert (bool(image_of(bad).file), bool(image_of(good).file)) == (False, True)
    assert "cannot be drawn" in caplog.text
    assert not due().exists()


@pytest.mark.parametrize("address", ["/favicon.ico", "/apple-touch-icon.png"])
def test_an_icon_stands_where_programs_look_for_it(client, address):
    assert client.get(address)["Location"].startswith("/static/img/")
