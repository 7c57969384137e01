"""The report of links to mend."""

from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from home.access import EDITORS_GROUP
from home.admin.reports.links import count_broken_links
from home.models import ExternalAddress, NewsPage
from site_cms.site_tree import ensure_site
from tests.builders import make_member, make_news

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]  # Wagtail's

ADDRESS = "/admin/rapports/liens/"


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


def make_broken(number: int, **fields: Any) -> NewsPage:
    body = [("paragraph", f'<p><a href="/absente-{number}/">=lien {number}</a></p>')]
    return make_news(title=f"Page {number}", slug=f"page-{number}", body=body, **fields)


def test_the_report_lists_filters_counts_and_exports(desk, editor):
    make_broken(1, owner=editor)
    make_news(
        title="Ailleurs", body=[("paragraph", '<p><a href="https://example.org/a">a</a></p>')]
    )
    ExternalAddress.objects.update(state="by_hand", reason="Le site refuse les robots (403).")

    html = desk.get(ADDRESS).content.decode()
    mine = desk.get(ADDRESS, {"page__owner": editor.pk, "problem": "unknown"}).content.decode()
    csv = desk.get(ADDRESS, {"export": "csv"})
    xlsx = desk.get(ADDRESS, {"export": "xlsx"}).content

    assert "« =lien 1 »" in html
    assert "Le site refuse les robots (403)." in html
    assert "editrice@example.org" in html
    assert "« =lien 1 »" in mine
    assert "Ailleurs" not in mine
    assert count_broken_links(editor) == 2
    lines = csv.getvalue().decode("utf-8-sig").splitlines()
    assert lines[0] == "Page;Où;Texte du lien;Mène à;Problème;Raison;Nouvelle adresse;Personne"
    assert lines[2] == (
        "Page 1;Paragraphe;'=lien 1;/absente-1/;adresse inconnue sur ce site;;;editrice@example.org"
    )
    assert load_workbook(BytesIO(xlsx)).active.max_row == 3


def test_the_report_says_when_there_is_nothing_to_mend(desk):
    html = desk.get(ADDRESS).content.decode()

    assert "Aucun lien à réparer." in html
    assert (
        "Rien ne correspond à ces filtres."
        in desk.get(ADDRESS, {"problem": "gone"}).content.decode()
    )
    assert '"name": "rapport-liens"' in html


def test_only_those_who_work_on_pages_see_it(editor, django_user_model):
    helper = django_user_model.objects.create_user("accueil@example.org")
    helper.user_permissions.add(Permission.objects.get(codename="access_admin"))
    member, reception = Client(), Client()
    member.force_login(make_member().user)
    reception.force_login(helper)

    answers = [client.get(ADDRESS) for client in (Client(), member, reception)]

    assert [answer.status_code for answer in answers] == [302, 403, 302]
    assert "rapport-liens" not in reception.get("/admin/").content.decode()


def test_the_report_asks_the_same_queries_with_one_row_and_with_many(desk):
    make_broken(1)
    desk.get(ADDRESS)
    with CaptureQueriesContext(connection) as one:
        desk.get(ADDRESS)
    for number in range(2, 60):
        make_broken(number)

    with CaptureQueriesContext(connection) as many:
        html = desk.get(ADDRESS).content.decode()

    assert len(many) == len(one)
    assert "Page 1 sur 2" in html
