"""Access to the members' section."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from directory.models import Bookmark, MembersPage, User
from home.access import MEMBERS_GROUP
from tests.builders import make_home, make_invitation, make_member

pytestmark = pytest.mark.django_db

LOG_IN = "/compte/connexion/?next="


def clients(section):
    """Return a client for each kind of visitor."""
    member, former = make_member(), make_member()
    former.user.groups.clear()
    editor = User.objects.create_user("editrice@example.org")
    editor.groups.add(Group.objects.get(name=MEMBERS_GROUP))
    admin = User.objects.create_superuser("admin@example.org")
    visitors = {"anonymous": Client()}
    for name, user in (
        ("former", former.user),
        ("member", member.user),
        ("editor", editor),
        ("admin", admin),
    ):
        visitors[name] = Client()
        visitors[name].force_login(user)
    return visitors


@pytest.mark.ignore_template_errors  # the bar of an administrator
def test_the_access_matrix(section):
    """members 1, 2 and 3, A6, A13: visitors × private addresses."""
    make_member(first_name="Zoé", last_name="Secrète")
    invitation = make_invitation()
    open_to_members = [
        "/membres/",
        "/membres/annuaire/",
        "/membres/annuaire/zoe-secrete/",
        "/membres/invitations/",
        "/membres/ma-fiche/",
        "/membres/inscriptions/",
        "/membres/enregistrements/",
        "/membres/reservee/",
    ]
    absent = ["/membres/absente/", "/membres/annuaire/personne/", "/membres/a/b/c/"]
    download = f"/membres/invitations/{invitation.pk}/telecharger/"
    expected = {
        "anonymous": (302, 302, 302),
        "former": (403, 403, 403),
        "member": (200, 404, 200),
        "editor": (200, 404, 200),
        "admin": (200, 404, 200),
    }

    for visitor, client in clients(section).items():
        for addresses, status in zip(
            (open_to_members, absent, [download]), expected[visitor], strict=True
        ):
            for address in addresses:
                answer = client.get(address)
                assert (visitor, address, answer.status_code) == (visitor, address, status)
                assert answer["Cache-Control"] == "private, no-store", (visitor, address)
                assert answer["X-Robots-Tag"] == "noindex"
                if visitor == "anonymous":
                    assert answer["Location"] == LOG_IN + address
                if visitor in {"anonymous", "former"}:
                    assert "Secrète" not in answer.content.decode()
        for address in ("/membres/ma-fiche/", "/membres/enregistrements/"):
            status = client.post(address, {"page": "1"}).status_code
            assert status == {"anonymous": 302, "former": 403}.get(visitor, status)
    assert not Bookmark.objects.exists()


def test_the_section_stays_restricted_without_its_view_restriction(client, section):
    """A6, A13: whatever an editor sets as its privacy, and without caching."""
    section.view_restrictions.all().delete()
    visitors = [client, Client(), Client()]
    visitors[1].force_login(User.objects.create_user("x@example.org"))
    visitors[2].force_login(make_member().user)

    answers = [visitor.get("/membres/annuaire/") for visitor in visitors]

    assert [answer.status_code for answer in answers] == [302, 403, 200]
    assert {answer["Cache-Control"] for answer in answers} == {"private, no-store"}


def test_a_member_who_is_removed_or_deactivated_is_refused_at_once(member, section):
    """members 4 and 5, A36: the session ends, and after a new log-in the page explains the refusal."""
    removed, closed = Client(), Client()
    other = make_member()
    removed.force_login(member.user)
    closed.force_login(other.user)
    assert removed.get("/membres/").status_code == closed.get("/membres/").status_code == 200

    member.user.groups.clear()
    User.objects.filter(pk=other.user.pk).update(is_active=False)

    for client in (removed, closed):
        assert client.get("/membres/")["Location"] == "/compte/connexion/?next=/membres/"
    removed.force_login(User.objects.get(pk=member.user.pk))
    assert removed.get("/membres/").status_code == 403


def test_the_section_is_created_once(section):
    assert not MembersPage.can_create_at(make_home())
