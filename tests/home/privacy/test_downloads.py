import re
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import NoReverseMatch, reverse

from directory.models import User
from home.access import MEMBERS_GROUP
from home.models import SiteDocument
from tests.builders import (
    make_document,
    make_home,
    make_image,
    make_member,
    make_news,
    make_private_collection,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _home() -> None:
    make_home()


@pytest.fixture
def private(db) -> SiteDocument:
    return make_document(name="Réunion_zyxophile.pdf", collection=make_private_collection())


@pytest.fixture
def member(django_user_model):
    user = django_user_model.objects.create_user("membre@example.org")
    user.groups.add(Group.objects.get_or_create(name=MEMBERS_GROUP)[0])
    return user


@pytest.mark.parametrize("method", ["get", "head"])
def test_an_anonymous_visitor_is_sent_to_the_log_in_without_the_file_name(client, private, method):
    """members 6."""
    response = getattr(client, method)(private.url)

    assert response.status_code == 302
    assert response["Location"] == f"/compte/connexion/?next=/documents/{private.uuid}/"
    assert {"no-store", "private"} <= set(response["Cache-Control"].split(", "))
    assert response.content == b""


def test_the_response_does_not_reveal_whether_the_name_was_right(client, private):
    right, wrong = client.get(private.url), client.get(f"/documents/{private.uuid}/autre.pdf")

    assert (right.status_code, right["Location"]) == (wrong.status_code, wrong["Location"])


def test_documents_cannot_be_enumerated_by_number(client, private):
    """A5."""
    answers = [client.get(f"/documents/{number}/x.pdf") for number in (private.pk, 999)]

    pages = {
        answer.content.decode().replace(f"/documents/{number}/", "")
        for answer, number in zip(answers, (private.pk, 999), strict=True)
    }
    assert [answer.status_code for answer in answers] == [404, 404]
    assert len(pages) == 1


def test_a_missing_document_is_answered_as_a_private_one(client, private):
    """A5."""
    addresses = [f"/documents/{uuid}/x.pdf" for uuid in (private.uuid, uuid4())]
    visitors = [client, Client(), Client()]
    visitors[1].force_login(User.objects.create_user("ancienne@example.org"))
    visitors[2].force_login(make_member().user)

    statuses = [[visitor.get(one).status_code for one in addresses] for visitor in visitors]

    assert statuses == [[302, 302], [403, 403], [302, 404]]


def test_a_stranger_gets_an_explanation(client, private, django_user_model):
    client.force_login(django_user_model.objects.create_user("autre@example.org"))

    response = client.get(private.url)

    assert response.status_code == 403
    assert "no-store" in response["Cache-Control"]
    assert "zyxophile" not in response.content.decode()


def test_a_member_gets_the_file_under_its_own_name_and_uncached(client, private, member):
    """A13, members 8."""
    client.force_login(member)

    response = client.get(private.url)

    assert b"".join(response.streaming_content) == b"%PDF-1.4 un document"
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert (
        response["Content-Security-Policy"]
        == "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert response["X-Robots-Tag"] == "noindex"
    assert f"filename*=UTF-8''{quote(private.filename)}" in response["Content-Disposition"]
    assert "R%C3%A9union_zyxophile" in response["Content-Disposition"]


def test_a_member_who_leaves_the_group_during_the_session_is_refused(client, private, member):
    client.force_login(member)
    before = client.get(private.url).status_code
    member.groups.clear()

    after = client.get(private.url)
    assert (before, after.status_code) == (200, 302)
    assert after["Location"].startswith("/compte/connexion/?next=")
    client.force_login(type(member).objects.get(pk=member.pk))
    assert client.get(private.url).status_code == 403


def test_a_deactivated_account_is_sent_to_the_log_in(client, private, member):
    client.force_login(member)
    member.is_active = False
    member.save()

    assert client.get(private.url).status_code == 302


def test_the_address_without_a_name_leads_a_member_to_the_file(client, private, member):
    client.force_login(member)

    response = client.get(f"/documents/{private.uuid}/")

    assert (response.status_code, response["Location"]) == (302, private.url)
    assert response["Cache-Control"] == "private, no-store"


def test_a_public_document_is_cached_and_sets_no_cookie(client):
    response = client.get(make_document().url)

    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=300"
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_a_document_that_did_not_change_is_not_sent_again(client):
    document = make_document()
    etag = client.get(document.url)["ETag"]

    response = client.get(document.url, headers={"If-None-Match": etag})

    assert (response.status_code, response.content) == (304, b"")


def test_a_replaced_file_ignores_the_old_etag_and_the_old_blob_is_deleted(
    client, django_capture_on_commit_callbacks
):
    """A4, members 9."""
    document = make_document()
    old_name, etag = document.file.name, client.get(document.url)["ETag"]
    document.file = ContentFile(b"%PDF-1.4 autre chose", name="autre.pdf")
    with django_capture_on_commit_callbacks(execute=True):
        document.save()

    response = client.get(document.url, headers={"If-None-Match": etag})

    assert b"".join(response.streaming_content) == b"%PDF-1.4 autre chose"
    assert response["ETag"] not in {"", etag}
    assert not document.file.storage.exists(old_name)


def test_a_deleted_document_is_gone_with_its_blob(client, django_capture_on_commit_callbacks):
    """A4."""
    document = make_document()
    address, storage, name = document.url, document.file.storage, document.file.name

    with django_capture_on_commit_callbacks(execute=True):
        document.delete()

    assert (
        client.get(address, headers={"If-None-Match": "*"}).status_code == 302
    )  # like a private one
    assert not storage.exists(name)


def test_a_document_made_in_code_has_its_size_and_hash():
    document = make_document(content=b"%PDF-1.4 " + b"x" * 1000)

    assert (document.file_size, len(document.file_hash)) == (1009, 40)


@pytest.mark.parametrize(
    "prefix",
    [
        "/media/",
        "/media//",
        "/MEDIA/",
        "/media/../private/",
        "/media/%2e%2e/private/",
        "/media/%2F",
        "/media%2F",
        "/Media/",
        "/media/images/../",
    ],
)
def test_no_media_address_leads_to_a_private_file(client, private, prefix):
    """A1, members 7."""
    image = make_image()

    for name in (private.file.name, image.file.name):
        assert client.get(f"{prefix}{name}").status_code == 404


def test_a_private_file_has_no_url_and_is_not_in_public_storage(private, settings):
    """A1."""
    with pytest.raises(NotImplementedError):
        str(private.file.url)

    assert not private.file.path.startswith(str(settings.MEDIA_ROOT))
    assert not default_storage.exists(private.file.name)


def test_a_rendition_is_cached_forever_and_not_sent_twice(client):
    rendition = make_image().get_rendition("width-100|format-webp")

    first = client.get(rendition.url)
    again = client.get(rendition.url, headers={"If-None-Match": first["ETag"]})

    assert (first.status_code, first["Content-Type"]) == (200, "image/webp")
    assert first["Cache-Control"] == "public, max-age=31536000, immutable"
    assert again.status_code == 304
    assert client.get("/media/images/").status_code == 404
    assert client.get("/media/images/absent.jpg").status_code == 404


def test_wagtail_serves_neither_documents_nor_images_by_itself():
    """A3."""
    for name, args in (("wagtaildocs_serve", [1, "x"]), ("wagtailimages_serve", ["a", "1", "b"])):
        with pytest.raises(NoReverseMatch):
            reverse(name, args=args)


def test_a_public_page_does_not_mention_a_private_document(client, private):
    """A12, members 13."""
    link = f'<p>Voir <a linktype="document" id="{private.pk}">zyxophile</a></p>'
    page = make_news(lead=link, body=[("paragraph", link)])

    html = client.get(page.url).content.decode()

    assert not re.search("zyxophile|/documents/", html)
    assert "Réservé aux membres du réseau" in html
