"""Records of downloads: permission to read them, copy for the member, deletion."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from wagtail.models import Site

from directory.departures.retention import forget_downloads
from directory.models import InvitationDownload, User
from directory.section.data_copy import own_archive
from home.models import SiteSettings
from tests.builders import NOW, make_invitation, make_member, make_members_page, make_message

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

DOWNLOADS = "/admin/directory/invitationdownload/"


@pytest.fixture
def invitation():
    make_members_page()
    return make_invitation(title="Invitation au forum")


def download(invitation, member, **fields):
    return InvitationDownload.objects.create(
        **{"invitation": invitation, "user": member.user, "downloaded_at": NOW} | fields
    )


def staff(*codenames):
    user = User.objects.create_user("equipe@example.org")
    user.user_permissions.add(*Permission.objects.filter(codename__in=("access_admin", *codenames)))
    client = Client()
    client.force_login(user)
    return client


def test_staff_with_the_permission_see_the_downloads_of_each_invitation(invitation):
    other = make_invitation(title="Autre")
    awa = make_member(first_name="Awa", last_name="Membre")
    zoe = make_member(first_name="Zoé", last_name="Autre")
    for who in (awa, awa, zoe):
        download(invitation, who)
    download(other, zoe)
    client = staff("view_invitation", "view_invitationdownload")

    listed = client.get("/admin/directory/invitation/").content.decode()
    answer = client.get(f"{DOWNLOADS}?invitation__id__exact={invitation.pk}")

    assert "3\u00a0fois, 2\u00a0membres" in listed
    assert [row.user for row in answer.context["object_list"]] == [zoe.user, awa.user, awa.user]


def test_the_list_of_downloads_requires_its_own_permission(invitation):
    download(invitation, make_member(first_name="Awa", last_name="Membre"))
    client = staff("view_invitation", "change_invitation")

    answer = client.get(DOWNLOADS)

    assert answer.status_code == 302
    assert "Awa Membre" not in client.get("/admin/directory/invitation/").content.decode()


def test_the_copy_of_ones_data_contains_downloads(invitation):
    me, other = make_member(email="awa@example.org"), make_member()
    download(invitation, me)
    download(make_invitation(title="Celle d’une autre"), other)
    make_message(sender=me.user, recipient=other.user)

    archive = zipfile.ZipFile(BytesIO(own_archive(me.user)))

    tables = json.loads(archive.read("donnees.json"))
    rows = tables["directory-invitationdownload"]
    assert [row["invitation"] for row in rows] == ["Invitation au forum"]
    # The messages once, not a second time for the proxy model of messages to review.
    assert [name for name in tables if "message" in name] == ["directory-contactmessage"]


def test_downloads_are_deleted_after_the_days_in_the_settings(invitation):
    settings = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    settings.downloads_kept_days = 100
    settings.save()
    member = make_member()
    kept = download(invitation, member, downloaded_at=NOW - timedelta(days=100))
    download(invitation, member, downloaded_at=NOW - timedelta(days=100, seconds=1))

    for _time in range(2):
        forget_downloads(NOW)

    assert list(InvitationDownload.objects.all()) == [kept]


def test_downloads_are_deleted_with_the_account(invitation):
    member = make_member()
    download(invitation, member)

    member.user.delete()

    assert not InvitationDownload.objects.exists()
