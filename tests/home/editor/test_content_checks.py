"""Content checks, shown to editors only."""

import json

import pytest

from home.editor.content_checks import Fault, Remark
from home.editor.userbar import SiteChecker
from home.french.inclusive import doubtful_forms, joints
from home.models import NewsPage, ResourcePage
from tests.builders import make_document, make_home, make_image, make_news

PICTURE = "11111111-1111-1111-1111-111111111111"


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("les élu·es, les adhérent·e·s et les vice-président·e·s", []),
        ("les adhérent·ice·s", ["adhérent·ice·s"]),
        ("peut-être les Hauts-de-France, un rendez-vous, www.exemple·fr.org", []),
        ("participant-es, agent(e)s, citoyen.ne.s", []),
    ],
)
def test_a_form_that_the_search_cannot_read_is_doubtful(text, doubtful):
    assert doubtful_forms(text) == doubtful


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("les élu·es et les habitant·es", {"·"}),
        ("les élu·es et les habitant-es", {"·", "-"}),
        ("les participants/participantes, les élu(e)s", {"("}),
        ("peut-être", set()),
    ],
)
def test_the_signs_of_inclusive_writing_are_counted(text, signs):
    assert joints(text) == signs


@pytest.mark.django_db
def test_a_correct_page_gets_no_remark():
    page = NewsPage(title="Un atelier à Lens", lead="<p>Les élu·es et les habitant·es.</p>")

    assert list(page.remarks()) == []


@pytest.mark.django_db
def test_each_fault_of_a_page_gets_one_remark():
    image = make_image(title="La salle")
    page = NewsPage(
        title="Un titre qui n’en finit pas " * 5,
        lead='<p>Un <a href="#">lien à faire</a> pour les élu·es.</p>',
        main_image=image,
        body=json.dumps(
            [
                {"type": "paragraph", "value": '<p><a href="#">là</a>, adhérent·ice·s, élu-es</p>'},
                {
                    "type": "image",
                    "value": {"image": {"image": image.pk, "alt_text": "", "decorative": False}},
                },
                {"type": "call_to_action", "value": {"label": "<p>Venez</p>", "target": "none"}},
                {
                    "type": "video",
                    "value": {"url": "https://framatube.org/w/9db9f8f1", "title": "Le film"},
                },
            ]
        ),
    )

    assert list(page.remarks()) == [
        Remark(Fault.TITLE),
        Remark(Fault.CARD_TITLE),
        Remark(Fault.IMAGE_TEXT, "La salle"),
        Remark(Fault.LINK, "lien à faire"),
        Remark(Fault.LINK, "là"),
        Remark(Fault.IMAGE_TEXT, "La salle"),
        Remark(Fault.CALL),
        Remark(Fault.TRANSCRIPT, "Le film"),
        Remark(Fault.INCLUSIVE, "adhérent·ice·s"),
        Remark(Fault.MIXED_INCLUSIVE),
    ]


@pytest.mark.django_db
def test_a_pdf_alone_gets_a_remark_until_the_page_has_a_body():
    document = make_document(title="Le guide")
    page = ResourcePage(title="Le guide", lead="<p>Un guide.</p>", document=document)
    alone = list(page.remarks())
    page.body = json.dumps([{"type": "paragraph", "value": "<p>L’essentiel.</p>"}])

    assert alone == [Remark(Fault.DOCUMENT_ALONE, "Le guide")]
    assert list(page.remarks()) == []


def test_every_fault_has_a_rule_and_its_sentences():
    checker = SiteChecker()
    rules = {rule["id"] for rule in checker.get_axe_custom_rules(None)}

    for fault in Fault:
        identifier = f"remarque-{fault.code}"
        assert identifier in rules
        assert identifier in checker.get_axe_run_only(None)
        assert checker.get_axe_messages(None)[identifier] == {
            "error_name": fault.title,
            "help_text": fault.advice,
        }


@pytest.mark.django_db
def test_visitors_get_no_remark(client):
    page = make_news(title="Un titre qui n’en finit pas " * 4)

    assert b"data-remark" not in client.get(page.url).content


@pytest.mark.django_db
@pytest.mark.ignore_template_errors
def test_the_preview_carries_the_remarks(admin_client):
    make_home()
    page = make_news(title="Un titre qui n’en finit pas " * 4)

    preview = admin_client.get(f"/admin/pages/{page.pk}/view_draft/").content.decode()

    assert 'data-remark="title"' in preview
