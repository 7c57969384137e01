"""Wagtail's admin views with the site's models: private originals, documents by UUID, settings, page forms."""

import html

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import Page, Site
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from home.models import NewsIndexPage, NewsPage, SiteDocument, SiteImage, SiteSettings, Theme
from site_cms.site_tree import EDITORS_GROUP
from tests.builders import make_document, make_image, make_news, make_resource

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wagtail_templates", "whole_site")]


@pytest.fixture
def editor(client, django_user_model):
    """A client logged in as an editor of the whole site, not a superuser."""
    user = django_user_model.objects.create_user("editrice@example.org")
    user.groups.add(Group.objects.get(name=EDITORS_GROUP))
    client.force_login(user)
    return client


def test_every_screen_of_images_and_documents_answers(editor):
    image, document = make_image(), make_document()
    make_news(main_image=image)
    make_resource(document=document)

    answers = {
        address: editor.get(address).status_code
        for address in [
            reverse("wagtailadmin_home"),
            reverse("wagtailimages:index"),
            reverse("wagtailimages:add"),
            reverse("wagtailimages:add_multiple"),
            reverse("wagtailimages:edit", args=[image.pk]),
            reverse("wagtailimages:image_usage", args=[image.pk]),
            reverse("wagtailimages:delete", args=[image.pk]),
            reverse("wagtailimages_chooser:choose"),
            reverse("wagtailimages_chooser:chosen", args=[image.pk]),
            reverse("wagtaildocs:index"),
            reverse("wagtaildocs:add_multiple"),
            reverse("wagtaildocs:edit", args=[document.pk]),
            reverse("wagtaildocs:document_usage", args=[document.pk]),
            reverse("wagtaildocs:delete", args=[document.pk]),
            reverse("wagtaildocs_chooser:choose"),
            reverse("wagtaildocs_chooser:chosen", args=[document.pk]),
        ]
    }

    assert set(answers.values()) == {200}, answers


def test_the_editors_api_describes_a_picture_without_its_original(editor):
    picture = make_image()

    listed = editor.get("/admin/api/main/images/")
    alone = editor.get(f"/admin/api/main/images/{picture.pk}/")

    assert [one["title"] for one in listed.json()["items"]] == [picture.title]
    assert (alone.json()["title"], "download_url" in alone.json()["meta"]) == (picture.title, False)


def test_every_page_has_its_form_and_its_preview(editor):
    make_news(main_image=make_image())
    make_resource()

    for page in Page.objects.filter(depth__gt=1, content_type__app_label="home").specific():
        form = editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
        seen = editor.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
        assert (page.title, form.status_code, seen.status_code) == (page.title, 200, 200)


def test_an_editor_publishes_an_article_with_themes_and_a_date(editor):
    theme = Theme.objects.create(name="Climat", slug="climat")
    Theme.objects.create(name="Autre", slug="autre")
    index = NewsIndexPage.objects.get()
    form = nested_form_data(
        {
            "title": "L’Œuvre",
            "slug": "l-oeuvre",
            "kind": "actualite",
            "lead": rich_text("<p>Chapô</p>"),
            "first_published_at": "2024-04-09 10:00",
            "body": streamfield([]),
            "related_pages": {
                "TOTAL_FORMS": 0,
                "INITIAL_FORMS": 0,
                "MIN_NUM_FORMS": 0,
                "MAX_NUM_FORMS": 9,
            },
            "comments": {
                "TOTAL_FORMS": 0,
                "INITIAL_FORMS": 0,
                "MIN_NUM_FORMS": 0,
                "MAX_NUM_FORMS": 9,
            },
            "action-publish": "1",
        }
    ) | {"themes": [theme.pk]}

    answer = editor.post(
        reverse("wagtailadmin_pages:add", args=["home", "newspage", index.pk]), form
    )

    page = NewsPage.objects.get(slug="l-oeuvre")
    assert answer.status_code == 302
    assert (page.live, [str(one) for one in page.themes]) == (True, ["Climat"])
    assert f"{page.first_published_at:%Y-%m-%d %H:%M}" == "2024-04-09 08:00"


def test_themes_wait_in_the_draft_until_it_is_published(editor):
    page = make_news()
    theme = Theme.objects.create(name="Climat", slug="climat")
    edit = editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    form = edit.context["form"]
    data = dict.fromkeys(form.fields, "") | {
        "title": page.title,
        "slug": page.slug,
        "kind": "actualite",
        "lead": rich_text("<p>x</p>"),
        "contact": rich_text(""),
        "first_published_at": "",
        "body": streamfield([]),
        "related_pages": {
            "TOTAL_FORMS": 0,
            "INITIAL_FORMS": 0,
            "MIN_NUM_FORMS": 0,
            "MAX_NUM_FORMS": 9,
        },
        "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 9},
    }

    editor.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        nested_form_data(data) | {"themes": [theme.pk]},
    )
    live = NewsPage.objects.get(pk=page.pk)
    draft = live.get_latest_revision_as_object()

    assert ([str(one) for one in live.themes], [str(one) for one in draft.themes]) == (
        [],
        ["Climat"],
    )
    assert (
        editor.get(
            reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, "live", "latest"])
        ).status_code
        == 200
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"<html><script></script></html>"),
        ("a.svg", b"<svg/>"),
        ("a.html", b"<p>"),
        ("a.exe", b"MZ"),
        ("lourd.pdf", b"%PDF-1.7\n" + b" " * 25 * 1024 * 1024),
    ],
)
def test_a_fake_or_too_large_document_is_refused(editor, name, content):
    """A29, members 49: with a message, both in the form of one document and in multiple upload."""
    sentence = {
        "a.pdf": "Ce fichier n’est pas un PDF\u00a0: son contenu ne correspond pas à son nom.",
        "lourd.pdf": "La taille de fichier maximale est",
    }.get(name, "n’est pas autorisée. Les extensions autorisées sont")
    files = [SimpleUploadedFile(name, content, "application/pdf") for _twice in range(2)]

    answers = [
        editor.post(reverse("wagtaildocs:add"), {"title": "Faux", "file": files[0]}),
        editor.post(
            reverse("wagtaildocs:add_multiple"),
            {"title": "Faux", "files[]": files[1]},
            headers={"X-Requested-With": "XMLHttpRequest"},
        ),
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert sentence in html.unescape(answers[0].content.decode())
    assert sentence in html.unescape(answers[1].json()["error_message"])
    assert not SiteDocument.objects.exists()


@pytest.mark.parametrize("name", ["a.svg", "a.png"])
def test_a_fake_image_is_refused(editor, name):
    file = SimpleUploadedFile(
        name, b"<svg xmlns='http://www.w3.org/2000/svg'/>", content_type="image/png"
    )

    answer = editor.post(reverse("wagtailimages:add"), {"title": "Fausse", "file": file})

    assert answer.status_code == 200
    assert not SiteImage.objects.exists()


def test_editors_change_the_settings_on_one_tabbed_form(editor):
    site = Site.objects.get()
    address = reverse("wagtailsettings:edit", args=["home", "sitesettings", site.pk])

    html = editor.get(address).content.decode()

    for tab in (
        "Identité",
        "Contacts",
        "Messages",
        "Mentions légales",
        "Données personnelles",
        "Accessibilité",
    ):
        assert tab in html
    assert SiteSettings.for_site(site).accessibility_state == "non"


def test_an_anonymous_visitor_of_the_back_office_goes_to_the_log_in_page(client):
    answer = client.get("/admin/")

    assert (answer.status_code, answer["Location"].split("?")[0]) in {
        (302, "/compte/connexion/"),
        (302, "/admin/login/"),
    }
