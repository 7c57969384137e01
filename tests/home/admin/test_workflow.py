"""Rédaction proposes, Animation approves or sends back with a comment; each is told by mail, in French, with a link."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime

from directory.models import User
from home.access import ANIMATION_GROUP, AUTHORS_GROUP
from home.models import NewsPage, OutgoingEmail
from site_cms.site_tree import ensure_site
from tests.builders import make_event, make_news

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("wagtail_templates", "mail_down"),
    pytest.mark.ignore_template_errors,
]

#: Words that Wagtail's messages would have without a translation.
ENGLISH = re.compile(
    r"\b(?:the|page has|submitted|rejected|approved|hello|edit|preview)\b", re.IGNORECASE
)


def logged_in(group: str) -> Client:
    user = User.objects.create_user(f"{group.lower()}@example.org", first_name=group)
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def author() -> Client:
    ensure_site()
    return logged_in(AUTHORS_GROUP)


@pytest.fixture
def animator(author: Client) -> Client:
    return logged_in(ANIMATION_GROUP)


@pytest.fixture
def draft(author: Client) -> NewsPage:
    page = make_news(title="Une rue aux enfants", slug="rue", live=False, first_published_at=None)
    page.owner = User.objects.get(email="rédaction@example.org")
    page.save()
    page.save_revision(user=page.owner)
    return page


def form_of(page: NewsPage, **fields: Any) -> dict[str, Any]:
    data = {
        "title": page.title, "slug": page.slug, "lead": "null", "contact": "null", "body-count": 0,
        "kind": page.kind, "go_live_at": "", "expire_at": "",
    }  # fmt: skip
    for name in ("related_pages", "comments"):
        data |= {f"{name}-TOTAL_FORMS": 0, f"{name}-INITIAL_FORMS": 0}
    return data | fields


def submit(client: Client, page: NewsPage) -> int:
    """Propose the page. Return the key of the task that awaits an approval."""
    address = f"/admin/pages/{page.pk}/edit/"
    assert client.post(address, form_of(page, **{"action-submit": "1"})).status_code == 302
    return NewsPage.objects.get(pk=page.pk).current_workflow_task_state.pk


def decide(client: Client, page: NewsPage, act: str, task: int, comment: str) -> None:
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, act, task])
    answer = client.post(address, {"comment": comment})
    assert answer.status_code == 302


def test_a_proposed_page_is_sent_back_then_approved_and_each_is_told(author, animator, draft):
    decide(animator, draft, "reject", submit(author, draft), "Ajoutez la date.")
    sent_back = NewsPage.objects.get(pk=draft.pk)
    decide(animator, draft, "approve", submit(author, draft), "")

    edit = f"/admin/pages/{draft.pk}/edit/"
    rows = list(OutgoingEmail.objects.order_by("pk"))
    assert (sent_back.live, NewsPage.objects.get(pk=draft.pk).live) == (False, True)
    assert [row.recipient.partition("@")[0] for row in rows] == [
        "animation", "rédaction", "animation", "rédaction",
    ]  # fmt: skip
    assert [row.subject for row in rows] == [
        f"{word}\u00a0: «\u00a0Une rue aux enfants\u00a0»"
        for word in ("À approuver", "À reprendre", "À approuver", "Approuvée")
    ]
    assert all(edit in row.text and "Bonjour" in row.text for row in rows)
    assert "Ajoutez la date." in rows[1].text
    words = [re.sub(r"http\S+", "", row.subject + row.text) for row in rows]
    assert [text for text in words if ENGLISH.search(text)] == []


def test_the_author_may_not_approve(author, animator, draft):
    task = submit(author, draft)

    decide(author, draft, "approve", task, "")

    assert not NewsPage.objects.get(pk=draft.pk).live


def test_one_button_schedules_a_page(animator, draft):
    """K25.64: it took two gestures."""
    coming = (localtime(timezone.now()) + timedelta(days=3)).strftime("%d/%m/%Y %H:%M")
    address = f"/admin/pages/{draft.pk}/edit/"

    dialog = animator.get(address).content.decode().partition("Programmer la page")[2]
    answer = animator.post(address, form_of(draft, go_live_at=coming, **{"action-publish": "1"}))

    buttons = re.findall(r'<button type="submit"[^>]*>([^<]+)</button>', dialog)
    assert buttons[:2] == ["Programmer", "Enregistrer sans programmer"]
    assert 'name="action-publish" value="action-publish">Programmer<' in dialog
    page = NewsPage.objects.get(pk=draft.pk)
    assert (answer.status_code, page.live, page.approved_schedule) == (302, False, True)


def test_an_author_is_told_that_dates_are_a_proposal(author, draft):
    dialog = author.get(f"/admin/pages/{draft.pk}/edit/").content.decode()

    assert "Ces dates sont une proposition" in dialog
    assert 'name="action-publish"' not in dialog


def test_an_event_is_scheduled_in_the_same_way(animator):
    event = make_event()

    page = animator.get(f"/admin/pages/{event.pk}/edit/").content.decode()

    assert "Programmer la page" in page
    assert 'data-a11y-dialog-show="schedule-publishing-dialog"' in page
