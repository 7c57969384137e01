"""The reports of visits and of searches without results."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from home.access import EDITORS_GROUP
from home.admin.reports.counts import count_empty_searches
from home.models import EmptySearch, VisitCount
from site_cms.site_tree import ensure_site
from tests.builders import make_news

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]  # Wagtail's


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


def lines(desk: Client, name: str) -> list[str]:
    answer = desk.get(f"/admin/rapports/{name}/", {"export": "csv"})
    return answer.content.decode("utf-8-sig").splitlines()


def test_visits_are_added_up_by_page_and_said_not_to_be_counted_behind_a_front_server(
    desk, settings
):
    today = timezone.localdate()
    assert (
        "Aucune page n’a encore été lue." in desk.get("/admin/rapports/visites/").content.decode()
    )
    for title, days in (("Peu lue", (40, 50)), ("Lue", (0, 1, 40))):
        page = make_news(title=title)
        for ago in days:
            VisitCount.objects.create(page=page, day=today - timedelta(days=ago), count=5)

    html = desk.get("/admin/rapports/visites/").content.decode()

    assert lines(desk, "visites") == [
        "Page;Depuis 30\u00a0jours;En tout", "Lue;10;15", "Peu lue;0;10",
    ]  # fmt: skip
    assert "Non compté" not in html
    settings.FRONT_ANSWERS = True
    assert "Non compté" in desk.get("/admin/rapports/visites/").content.decode()


def test_searches_are_added_up_most_frequent_first(desk, editor):
    today = timezone.localdate()
    for words, ago, count in (("eau", 0, 1), ("eau", 40, 2), ("velo", 50, 9)):
        EmptySearch.objects.create(words=words, day=today - timedelta(days=ago), count=count)

    assert lines(desk, "recherches") == [
        "Recherche;Fois;Dernière fois",
        f"velo;9;{today - timedelta(days=50):%d/%m/%Y}",
        f"eau;3;{today:%d/%m/%Y}",
    ]
    assert count_empty_searches(editor) == 1


def test_reports_ask_the_same_queries_with_one_row_and_with_three_hundred(desk):
    def ask() -> list[int]:
        numbers = []
        for name in ("visites", "recherches"):
            desk.get(f"/admin/rapports/{name}/")
            with CaptureQueriesContext(connection) as captured:
                desk.get(f"/admin/rapports/{name}/")
            numbers.append(len(captured))
        return numbers

    today = timezone.localdate()
    for number in range(2):
        VisitCount.objects.create(page=make_news(), day=today, count=number + 1)
    EmptySearch.objects.create(words="eau", day=today, count=1)
    one = ask()
    EmptySearch.objects.bulk_create(
        [EmptySearch(words=f"eau {number}", day=today, count=1) for number in range(300)]
    )
    VisitCount.objects.create(page=make_news(), day=today, count=1)

    assert ask() == one
