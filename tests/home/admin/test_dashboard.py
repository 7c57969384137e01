"""Panels of the dashboard."""

import pytest
from django.contrib.auth.models import Group

from home.admin.dashboard import additions_for
from home.models import NewsIndexPage
from site_cms.site_tree import EDITORS_GROUP, ensure_site
from tests.builders import make_member

pytestmark = pytest.mark.django_db


def test_an_editor_is_offered_what_she_may_add(django_user_model):
    ensure_site()
    editor = django_user_model.objects.create_user("editrice@example.org")
    editor.groups.add(Group.objects.get(name=EDITORS_GROUP))
    news = NewsIndexPage.objects.get()

    offered = list(additions_for(editor))

    assert sorted(label for _address, label in offered) == [
        "Article", "Compte rendu", "Ressource", "Événement",
    ]  # fmt: skip
    assert (f"/admin/pages/add/home/newspage/{news.pk}/", "Article") in offered


def test_a_member_is_offered_nothing():
    ensure_site()
    member = make_member()

    assert list(additions_for(member.user)) == []
