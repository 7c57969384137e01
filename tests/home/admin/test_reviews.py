"""Pages to read again: by the rhythm of their type or the day that was chosen, until they are put off (desk 25)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from directory.models import User
from home.access import AUTHORS_GROUP
from home.admin.reviews import reviews_card
from home.models import HomePage, PageReview, StandardPage
from home.models.review import due_day_of, pages_to_review
from site_cms.site_tree import ensure_site
from tests.builders import NOW, make_news, make_resource

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.fixture
def page(time_machine: Any) -> StandardPage:
    """An ordinary page, published a little less than a year before."""
    time_machine.move_to(NOW - timedelta(days=364), tick=False)
    ensure_site()
    page = HomePage.objects.get().add_child(instance=StandardPage(title="La charte"))
    page.save_revision().publish()
    time_machine.move_to(NOW, tick=False)
    return StandardPage.objects.get(pk=page.pk)


@pytest.fixture
def author(page: StandardPage) -> User:
    user = User.objects.create_user("redaction@example.org")
    user.groups.add(Group.objects.get(name=AUTHORS_GROUP))
    return user


def titles(user: User, now: datetime) -> list[str]:
    card = reviews_card(user, now)
    return [line.text for line in card.lines] if card else []


def test_a_page_is_due_when_the_rhythm_of_its_type_says_so(page, author):
    assert due_day_of(page) == date(2026, 6, 2)
    assert "La charte" not in titles(author, NOW)
    assert "La charte" in [one.title for one in pages_to_review(NOW + timedelta(days=1))]


def test_some_types_have_no_rhythm(page):
    article, resource = make_news(), make_resource()

    assert (article.review_months, resource.review_months) == (0, 24)
    assert due_day_of(article) is None


def test_a_day_that_is_chosen_counts_alone(page, author):
    PageReview.objects.create(page=page, due_on=NOW.date())

    assert titles(author, NOW)[-1] == "La charte"
    assert "La charte" not in titles(author, NOW - timedelta(days=1))
    PageReview.objects.update(due_on=None)
    assert "La charte" not in titles(author, NOW + timedelta(days=5000))


def test_postponed_it_is_silent_for_a_year(page, author):
    """desk 25, in one gesture; a GET changes nothing."""
    PageReview.objects.create(page=page, due_on=NOW.date())
    client = Client()
    client.force_login(author)

    read = client.get(f"/admin/relectures/{page.pk}/")
    before = titles(author, NOW)
    done = client.post(f"/admin/relectures/{page.pk}/")

    assert (read.status_code, done.status_code, done["Location"]) == (405, 302, "/admin/")
    assert ("La charte" in before, "La charte" in titles(author, NOW)) == (True, False)
    assert PageReview.objects.get().due_on == date(2027, 6, 1)


def test_who_may_not_change_a_page_neither_sees_nor_postpones_it(page):
    PageReview.objects.create(page=page, due_on=NOW.date())
    stranger = User.objects.create_user("membre@example.org")
    client = Client()
    client.force_login(stranger)

    assert titles(stranger, NOW) == []
    assert client.post(f"/admin/relectures/{page.pk}/").status_code == 403
    assert PageReview.objects.get().due_on == NOW.date()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("2026-09-01", [date(2026, 9, 1)]), ("", [None]), ("2026-06-02", []), (None, [])],
)
def test_the_form_of_a_page_keeps_a_day_only_if_it_was_changed(page, typed, kept):
    form_class = StandardPage.get_edit_handler().get_form_class()
    data = {"title": page.title, "slug": page.slug, "body-count": 0} | (
        {} if typed is None else {"review_on": typed}
    )
    for name in ("related_pages", "comments"):
        data |= {f"{name}-TOTAL_FORMS": 0, f"{name}-INITIAL_FORMS": 0}
    data |= {"lead": "null", "contact": "null"}
    form = form_class(data, instance=page, parent_page=page.get_parent(), for_user=None)
    assert form.is_valid(), form.errors

    form.save(commit=False).save_revision()

    assert list(PageReview.objects.values_list("due_on", flat=True)) == kept
