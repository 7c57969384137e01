"""Every report: rights, the empty sentence, constant queries, paging, export; and what lacks are."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.admin.reports import count_events_without_recap
from home.access import EDITORS_GROUP
from home.admin.reports.lacks import count_documents_alone, count_pictures_without_text
from home.models import NewsPage, PageLack
from site_cms.site_tree import ensure_site
from tests.builders import make_document, make_event, make_image, make_news, make_resource

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]  # Wagtail's

PAST = timezone.now() - timedelta(days=30)


def make_picture_page(**fields: Any) -> NewsPage:
    return make_news(main_image=make_image(title="Salle"), **fields)


def make_lone_pdf(**fields: Any) -> Any:
    return make_resource(document=make_document(title="Guide"), **fields)


def make_past_event(**fields: Any) -> Any:
    return make_event(starts_at=PAST, **fields)


#: Address, maker of a row, heading of the export, end of its first line, sentence without rows, count.
REPORTS = [
    ("images", make_picture_page, "Page;Image;Personne", "Titre;Salle;", "décrites ou décoratives",
     count_pictures_without_text),
    ("pdf", make_lone_pdf, "Page;Document;Personne", "Titre;Guide;", "a son équivalent",
     count_documents_alone),
    ("comptes-rendus", make_past_event, "Événement;Date;Compte rendu;Personne",
     f"Titre;{timezone.localtime(PAST):%d/%m/%Y};à écrire;", "a son compte rendu", count_events_without_recap),
]  # fmt: skip


@pytest.fixture
def editor(django_user_model: Any) -> Any:
    ensure_site()
    user = django_user_model.objects.create_user("editrice@example.org")
    user.groups.add(Group.objects.get(name=EDITORS_GROUP))
    return user


@pytest.fixture
def desk(editor: Any) -> Client:
    client = Client()
    client.force_login(editor)
    return client


@pytest.mark.parametrize(("name", "make", "heading", "line", "empty", "count"), REPORTS)
def test_a_report_says_when_it_is_empty_lists_counts_and_exports(
    desk, editor, name, make, heading, line, empty, count
):
    address = f"/admin/rapports/{name}/"

    assert empty in desk.get(address).content.decode()
    assert count(editor) == 0
    page = make(title="Titre")
    html = desk.get(address).content.decode()
    csv = desk.get(address, {"export": "csv"}).content.decode("utf-8-sig").splitlines()

    assert f'href="/admin/pages/{page.pk}/edit/"' in html
    assert count(editor) == 1
    assert csv == [heading, line]
    page.unpublish()
    assert count(editor) == 0


def ask(desk: Client, name: str) -> tuple[int, str]:
    """Return the number of queries and the page, the second time it is opened."""
    desk.get(f"/admin/rapports/{name}/")
    with CaptureQueriesContext(connection) as captured:
        html = desk.get(f"/admin/rapports/{name}/").content.decode()
    return len(captured), html


def test_reports_ask_the_same_queries_with_one_row_and_with_many(desk, editor):
    page = make_picture_page(title="Titre", owner=editor)
    make_past_event(title="Titre", owner=editor)
    one = [ask(desk, name)[0] for name in ("images", "comptes-rendus")]
    rows = [PageLack(page_id=page.pk, fault="image-text", words="Salle") for _ in range(300)]
    PageLack.objects.bulk_create(rows)
    for _ in range(3):
        make_past_event(title="Titre", owner=editor)

    many = [ask(desk, name) for name in ("images", "comptes-rendus")]

    assert [count for count, _ in many] == one
    assert "Page 1 sur 7" in many[0][1]


def test_a_described_or_decorative_picture_and_a_pdf_told_in_the_page_lack_nothing(editor):
    make_picture_page(main_image_alt="Une salle pleine")
    make_picture_page(main_image_decorative=True)
    bare = {"image": make_image().pk, "alt_text": "", "decorative": False}
    picture = {"image": bare, "caption": "", "credit": ""}
    page = make_news(body=[])
    page.body = [{"type": "image", "value": picture}]
    page.save()
    make_lone_pdf(body=[("paragraph", "<p>L’essentiel.</p>")])

    assert count_pictures_without_text(editor) == 1
    assert count_documents_alone(editor) == 0
