"""One gesture replaces an address everywhere."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import PageLogEntry

from home.access import AUTHORS_GROUP, EDITORS_GROUP
from home.links.replacement import replace_everywhere
from home.models import ExternalAddress, NewsPage, PageLink
from site_cms.site_tree import ensure_site
from tests.builders import make_event, make_news, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

OLD, NEW = "https://example.org/a?x=1&y=2", "https://example.org/b?x=1&y=2"
WRITTEN = OLD.replace("&", "&amp;")
HTML = f'<p><a href="{WRITTEN}#ici">lien</a> {WRITTEN}</p>'


@pytest.fixture
def editor(django_user_model: Any) -> Any:
    ensure_site()
    user = django_user_model.objects.create_user("editrice@example.org")
    user.groups.add(Group.objects.get(name=EDITORS_GROUP))
    return user


def article(slug: str, html: str = HTML) -> NewsPage:
    page = make_news(title=slug, slug=slug, lead=html, body=[("paragraph", html)])
    page.save_revision().publish()
    return NewsPage.objects.get(pk=page.pk)


def move() -> ExternalAddress:
    address = ExternalAddress.objects.get(address=OLD)
    address.state, address.new_address = "moved", NEW
    address.save()
    return address


def test_one_click_replaces_it_on_five_pages_with_revisions_and_history(editor):
    """desk 18."""
    pages = [article(f"article-{number}") for number in range(4)]
    event = make_event(title="Dehors", outside_form_url=OLD, sessions=[make_session(text=HTML)])
    address = move()
    desk = Client()
    desk.force_login(editor)
    listed = desk.get("/admin/rapports/liens/").content.decode()

    answer = desk.post(f"/admin/rapports/liens/{address.pk}/remplacer/", follow=True)

    assert "Remplacer partout" in listed
    assert "Adresse remplacée dans 5\u00a0pages." in answer.content.decode()
    page = NewsPage.objects.get(pk=pages[0].pk)
    expected = HTML.replace(f"{WRITTEN}#", f"{NEW.replace('&', '&amp;')}#")
    assert (page.lead, page.body[0].value.source) == (expected, expected)
    assert not page.has_unpublished_changes
    event.refresh_from_db()
    assert event.outside_form_url == NEW
    assert event.sessions.get().text == expected
    done = PageLogEntry.objects.filter(page=page.pk, user=editor).values_list("action", flat=True)
    assert set(done) == {"wagtail.edit", "wagtail.publish"}
    assert page.latest_revision.user == editor
    assert not PageLink.objects.filter(external=address).exists()


def test_a_draft_stays_a_draft_and_what_is_published_is_not_the_draft(editor):
    page = article("article")
    page.title = "Titre du brouillon"
    page.save_revision()

    done = replace_everywhere(address=move(), by=editor)

    assert (done.count, done.left) == (1, [])
    now = NewsPage.objects.get(pk=page.pk)
    draft = now.get_latest_revision_as_object()
    assert (now.title, draft.title) == ("article", "Titre du brouillon")
    assert now.has_unpublished_changes
    assert NEW.replace("&", "&amp;") in now.lead
    assert NEW.replace("&", "&amp;") in draft.lead


def test_pages_that_wait_for_somebody_else_are_named_and_left(editor, django_user_model):
    page = article("verrouille")
    page.locked, page.locked_by = True, django_user_model.objects.create_user("autre@example.org")
    page.save()
    article("libre")

    done = replace_everywhere(address=move(), by=editor)

    assert (done.count, done.left) == (1, ["verrouille"])
    assert WRITTEN in NewsPage.objects.get(pk=page.pk).lead


def test_who_only_proposes_replaces_nothing_and_an_address_that_has_not_moved_stays(
    editor, django_user_model
):
    article("article")
    address = ExternalAddress.objects.get(address=OLD)
    author = django_user_model.objects.create_user("autrice@example.org")
    author.groups.add(Group.objects.get(name=AUTHORS_GROUP))
    desk = Client()

    assert replace_everywhere(address=address, by=editor).count == 0
    move()
    desk.force_login(author)
    listed = desk.get("/admin/rapports/liens/").content.decode()
    answer = desk.post(f"/admin/rapports/liens/{address.pk}/remplacer/")

    assert NEW.replace("&", "&amp;") in listed
    assert "Remplacer partout" not in listed
    assert answer.status_code in {302, 403}
    assert PageLink.objects.filter(external=address).count() == 2
