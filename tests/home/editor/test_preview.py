"""The preview that the editor shows of a page being written."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import get_page_models

from directory.models import DirectoryPage, InvitationsPage, MembersPage, User
from events.models import EventPage
from home.models import LegalPage
from site_cms.site_tree import EDITORS_GROUP
from tests.builders import make_event

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.mark.parametrize(
    "model", [model for model in get_page_models() if model._meta.app_label != "wagtailcore"]
)
def test_a_page_can_be_previewed_before_it_is_saved(model, rf, admin_client, whole_site):
    parent = whole_site
    needed = {"kind": "contact"} if model is LegalPage else {}
    page = model(title="Brouillon", slug="brouillon", depth=parent.depth + 1, **needed)
    page.path = f"{parent.path}ZZZZ"
    page.set_url_path(parent)

    request = rf.get("/admin/", headers={"cookie": admin_client.cookies.output(header="")})
    response = page.make_preview_request(request, page.default_preview_mode)

    assert response.status_code == 200
    # The editor shows it in an iframe.
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("model", [MembersPage, DirectoryPage, InvitationsPage])
def test_an_editor_previews_the_members_section(model, rf, client, whole_site):
    assert preview(model.objects.get(), rf, client).status_code == 200


def test_an_editor_previews_the_form_that_members_will_see(rf, client, whole_site):
    event = make_event(
        starts_at=timezone.now() + timedelta(days=10),
        registration_audience=EventPage.Audience.MEMBERS,
    )

    shown = preview(event, rf, client).render().content.decode()

    assert 'name="email"' in shown
    assert '%23inscription">Se connecter<' not in shown


def preview(page, rf, client):
    editor = User.objects.create_user("redactrice@example.org", "secret")
    editor.groups.add(Group.objects.get(name=EDITORS_GROUP))
    client.force_login(editor)
    request = rf.get("/admin/", headers={"cookie": client.cookies.output(header="")})
    return page.make_preview_request(request, page.default_preview_mode)
