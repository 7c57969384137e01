"""Page forms of the back office."""

import json
import re

import pytest
from wagtail.models import Page, get_page_models
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from home.editor.content_checks import Fault
from home.editor.guide import DOCS
from home.models import NewsIndexPage, NewsPage
from tests.builders import make_news

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def article(**fields):
    """Return the form data of an article."""
    return nested_form_data(
        {
            "title": "",
            "slug": "",
            "kind": "actualite",
            "lead": rich_text(""),
            "contact": rich_text(""),
            "body": streamfield([]),
            "related_pages": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0},
            "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0},
            **fields,
        }
    )


def add_address():
    make_news(title="Une autre")
    return f"/admin/pages/add/home/newspage/{NewsIndexPage.objects.get().pk}/"


def test_an_article_takes_its_address_from_its_title(admin_client):
    address = add_address()

    for _time in range(2):
        sent = article(title="Cœur de l’Œuvre : élu·es d’Arras", **{"action-publish": "1"})
        assert admin_client.post(address, sent).status_code == 302

    assert list(
        NewsPage.objects.live()
        .exclude(title="Une autre")
        .order_by("pk")
        .values_list("slug", flat=True)
    ) == ["coeur-de-l-oeuvre-elu-es-d-arras", "coeur-de-l-oeuvre-elu-es-d-arras-2"]


def test_the_slug_proposed_by_the_browser_becomes_french_and_avoids_those_of_siblings(
    admin_client,
):
    address = add_address()

    for _time in range(2):
        sent = article(title="Retour d’Arras", slug="retour-darras", **{"action-publish": "1"})
        assert admin_client.post(address, sent).status_code == 302

    assert list(
        NewsPage.objects.filter(title="Retour d’Arras")
        .order_by("pk")
        .values_list("slug", flat=True)
    ) == ["retour-d-arras", "retour-d-arras-2"]


def test_the_slug_of_a_published_page_is_kept(admin_client):
    page = make_news(title="Retour d’Arras", slug="retour-darras")

    sent = article(title="Retour d’Arras", slug="retour-darras", **{"action-publish": "1"})
    admin_client.post(f"/admin/pages/{page.pk}/edit/", sent)

    page.refresh_from_db()
    assert page.slug == "retour-darras"


def test_a_slug_written_by_the_editor_is_kept(admin_client):
    admin_client.post(add_address(), article(title="Un titre", slug="mon-adresse"))

    assert NewsPage.objects.get(title="Un titre").slug == "mon-adresse"


def test_a_draft_is_kept_while_its_title_is_being_typed(admin_client):
    """The editor's autosave posts the form half a second after a change."""
    kept = admin_client.post(
        add_address(), article(title="Un"), headers={"accept": "application/json"}
    )
    page = NewsPage.objects.get(title="Un")

    assert json.loads(kept.content)["success"]
    admin_client.post(f"/admin/pages/{page.pk}/edit/", article(title="Un titre entier"))
    page.refresh_from_db()
    assert page.get_latest_revision_as_object().slug == "un-titre-entier"


def test_only_pages_with_a_panel_of_themes_offer_them():
    assert {
        model.__name__
        for model in get_page_models()
        if model._meta.app_label != "wagtailcore" and "themes" in shown_fields(model)
    } == {"EventPage", "JoinPage", "NewsPage", "RecapPage", "ResourcePage", "StandardPage"}


def shown_fields(model):
    return model.get_edit_handler().get_form_class()(instance=model()).fields


@pytest.mark.parametrize("model", [model for model in get_page_models() if model is not Page])
def test_every_page_type_has_the_same_tab_for_slug_and_search_engines(model):
    tabs = [str(tab.heading) for tab in model.get_edit_handler().children]

    assert "Référencement" in tabs
    assert "Promotion" not in tabs


def test_the_guide_and_the_remarks_refer_to_that_tab():
    guide = (DOCS / "guide-redaction.md").read_text("utf-8")
    sent = re.findall(r"onglet «\s(\w+)\s»", " ".join(fault.value[1] for fault in Fault))

    assert "**Référencement**" in guide
    assert "Promotion" not in guide
    assert set(sent) == {"Référencement"}
