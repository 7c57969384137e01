from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from home.models.page_form import free_slug_among
from tests.builders import NOW, make_event, make_news, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wagtail_templates")]


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser("admin@example.org"))
    return client


def copied(admin: Client, page: Page, **fields: Any) -> tuple[Page, str]:
    """Copy the page as it is proposed. Return the copy and the address where the editor is then."""
    address = reverse("wagtailadmin_pages:copy", args=[page.pk])
    form = admin.get(address).context["form"]
    names = ("new_title", "new_slug", "new_parent_page")
    proposed = {name: form[name].value() for name in names}
    proposed["new_parent_page"] = page.get_parent().pk
    response = admin.post(address, proposed | fields)
    copy = Page.objects.exclude(pk=page.pk).get(title=page.title).specific
    return copy, response.url


def test_a_copied_article_has_a_free_address_no_date_of_the_original_and_is_opened(admin):
    article = make_news(title="Appel", slug="appel", updated_on=date(2026, 1, 2))
    article.expire_at = NOW + timedelta(days=3)
    article.save_revision().publish()

    copy, opened = copied(admin, article)

    assert opened == reverse("wagtailadmin_pages:edit", args=[copy.pk])
    assert (copy.slug, copy.live) == ("appel-2", False)
    for version in (copy, copy.get_latest_revision_as_object()):
        assert version.first_published_at is None
        assert (version.updated_on, version.go_live_at, version.expire_at) == (None, None, None)


def test_a_copied_article_can_be_published_at_once(admin):
    article = make_news(title="Appel", slug="appel")

    copy, _opened = copied(admin, article, publish_copies="on")

    assert copy.live
    assert copy.first_published_at == copy.last_published_at != article.first_published_at


def test_a_copied_event_is_a_draft_of_the_next_edition(admin):
    first = make_event(title="Forum d’avant", slug="forum-d-avant")
    event = make_event(
        title="Forum", slug="forum", previous_edition=first, sessions=[make_session()]
    )
    event.save_revision().publish()
    form = admin.get(reverse("wagtailadmin_pages:copy", args=[event.pk])).context["form"]

    copy, opened = copied(admin, event, publish_copies="on")

    assert {"publish_copies", "alias"}.isdisjoint(form.fields)
    assert opened == reverse("wagtailadmin_pages:edit", args=[copy.pk])
    assert (copy.slug, copy.live) == ("forum-2", False)
    for version in (copy, copy.get_latest_revision_as_object()):
        assert (version.previous_edition_id, version.first_published_at) == (event.pk, None)
        assert [(one.title, one.starts_at) for one in version.sessions.all()] == [("Matinée", None)]


@pytest.mark.parametrize(
    ("wished", "taken", "free"),
    [
        ("forum", [], "forum"),
        ("forum", ["forum"], "forum-2"),
        ("forum-2", ["forum", "forum-2"], "forum-3"),
        ("forum-2", ["forum-2"], "forum-2-2"),
        ("forum-2027", ["forum", "forum-2027"], "forum-2027-2"),
    ],
)
def test_a_taken_slug_gets_the_next_number(wished, taken, free):
    assert free_slug_among(taken, wished=wished) == free
