"""« Exporter cette page »: a ZIP that import_pages restores, for those who may edit the page."""

import io
import zipfile
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse

from directory.models import User
from home.access import AUTHORS_GROUP, MEMBERS_GROUP
from home.models import NewsPage
from tests.builders import make_image, make_news

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_site")]


def log_in(client, group):
    user = User.objects.create_user("elle@example.org")
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)


def test_an_editor_takes_a_page_with_its_draft_and_its_picture(client, tmp_path: Path):
    page = make_news(
        slug="page", title="Titre", main_image=make_image(), main_image_alt="Une salle"
    )
    page.save_revision().publish()
    page.title = "Autre titre"
    page.save_revision()
    log_in(client, AUTHORS_GROUP)

    response = client.get(reverse("export_page", args=[page.pk]))
    again = client.get(reverse("export_page", args=[page.pk]))

    content = b"".join(response.streaming_content)
    assert content == b"".join(again.streaming_content)
    assert response["Content-Disposition"] == 'attachment; filename="page.zip"'
    assert "no-store" in response["Cache-Control"]
    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path)
    files = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*"))
    folder = "pages/actualites/page"
    assert {f"{folder}/page.md", f"{folder}/draft.md", "media.yaml"} < set(files)
    page.delete()
    call_command("import_pages", tmp_path, stdout=io.StringIO())
    restored = NewsPage.objects.get()
    assert (restored.title, restored.main_image_alt) == ("Titre", "Une salle")
    assert restored.get_latest_revision_as_object().title == "Autre titre"


def test_nobody_else_may_take_it(client):
    page = make_news(slug="page")
    address = reverse("export_page", args=[page.pk])

    visitor = client.get(address).status_code
    log_in(client, MEMBERS_GROUP)
    member = client.get(address).status_code

    assert (visitor, member) == (302, 403)


@pytest.mark.ignore_template_errors
@pytest.mark.usefixtures("wagtail_templates")
def test_the_menu_of_a_page_offers_it(client):
    page = make_news(slug="page")
    log_in(client, AUTHORS_GROUP)
    address = reverse("export_page", args=[page.pk])

    explorer = client.get(reverse("wagtailadmin_explore", args=[page.get_parent().pk]))
    screen = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    absent = client.get(reverse("export_page", args=[999_999]))

    assert address in explorer.content.decode()
    assert address in screen.content.decode()
    assert absent.status_code == 404
