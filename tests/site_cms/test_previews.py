"""A page is previewed while it is written, before its first save too."""

from typing import Any

import pytest
from django.urls import reverse
from wagtail.fields import StreamField
from wagtail.models import Page, get_page_models
from wagtail.test.utils.form_data import querydict_from_html

from directory.models import User
from tests.builders import (
    make_event,
    make_home,
    make_join_page,
    make_members_page,
    make_news,
    make_resource,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wagtail_templates", "tree")]

OURS = ("home", "events", "directory")


@pytest.fixture
def admin(client: Any) -> Any:
    client.force_login(User.objects.create_superuser("admin@example.org"))
    return client


@pytest.fixture
def tree() -> None:
    make_home()
    make_event()
    make_news()
    make_resource()
    make_join_page()
    make_members_page()


def parent_of(page_class: type[Page]) -> Page | None:
    """Return a page below which this type may stand, even if the site has as many as it may have."""
    allowed = page_class.allowed_parent_page_models()
    return next((page for page in Page.objects.all() if page.specific_class in allowed), None)


def typed(client: Any, page_class: type[Page], parent: Page) -> dict[str, Any]:
    """Return what the browser sends of the form of a new page when its title is typed."""
    opts = page_class._meta
    address = reverse("wagtailadmin_pages:add", args=[opts.app_label, opts.model_name, parent.pk])
    html = client.get(address).content.decode()
    data = querydict_from_html(html, form_id="page-edit-form").dict()
    streams = [field.name for field in opts.get_fields() if isinstance(field, StreamField)]
    return data | {f"{name}-count": "0" for name in streams} | {"title": "Essai"}


TYPES = [
    one
    for one in get_page_models()
    if one._meta.app_label in OURS and one.max_count != 1 and one.is_creatable
]


@pytest.mark.parametrize("dated", [False, True])
@pytest.mark.parametrize("page_class", TYPES, ids=lambda one: one.__name__)
def test_a_new_page_is_previewed_before_its_first_save(admin, page_class, dated):
    opts, parent = page_class._meta, parent_of(page_class)
    assert parent is not None
    data = typed(admin, page_class, parent)
    if dated and "starts_at" in data:
        data |= {"starts_at": "12 mars 2027 à 9h30"}
    address = reverse(
        "wagtailadmin_pages:preview_on_add", args=[opts.app_label, opts.model_name, parent.pk]
    )

    posted = admin.post(address, data)
    shown = admin.get(address)

    assert posted.json()["is_valid"] is True
    assert shown.status_code == 200
    assert "Essai" in shown.content.decode()
