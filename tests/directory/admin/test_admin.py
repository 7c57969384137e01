import re
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import timezone

from directory.models import JoinRequest, Member, Organisation, User
from home.access import MEMBERS_GROUP
from tests.builders import make_member, make_members_page, make_organisation, make_territory
from tests.directory.membership.test_membership import make_request

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LISTS = ["joinrequest", "member", "organisation", "territory", "invitation"]


@pytest.fixture
def animator(client):
    """Moderates, and has no permission on accounts or groups."""
    make_members_page()
    user = User.objects.create_user("animation@example.org")
    user.user_permissions.add(
        Permission.objects.get(codename="access_admin"),
        *Permission.objects.filter(
            content_type__app_label="directory", content_type__model__in=LISTS
        ).exclude(codename__startswith="export"),
    )
    client.force_login(user)
    return user


def action(model, pk, name):
    return f"/admin/directory/{model}/{name}/{pk}/"


def messages_of(client, answer):
    return client.get(answer["Location"]).content.decode()


def test_a_moderator_admits_with_one_action_without_permissions_on_accounts(
    client, animator, outbox
):
    """members 28."""
    request = make_request()

    done = client.post(action("joinrequest", request.pk, "admettre"))
    again = client.post(action("joinrequest", request.pk, "admettre"))

    assert (done.status_code, again.status_code) == (302, 302)
    assert Member.objects.get().user.groups.get().name == MEMBERS_GROUP
    assert [row.kind for row in outbox()] == ["bienvenue"]
    history = client.get("/admin/reports/site-history/")
    assert history.status_code in {200, 302}


def test_an_address_that_has_the_account_of_a_colleague_is_said_on_the_screen(client, animator):
    request = make_request()
    User.objects.create_user("candidate@example.org", first_name="Jean", last_name="Autre")

    done = client.post(action("joinrequest", request.pk, "admettre"))

    assert "un compte, celui de Jean Autre" in messages_of(client, done)
    assert not Member.objects.exists()


def test_a_refusal_requires_a_reason(client, animator, outbox):
    request = make_request()

    asked = client.get(action("joinrequest", request.pk, "refuser")).content.decode()
    without = client.post(action("joinrequest", request.pk, "refuser"), {"reason": " "})
    preview = {"reason": "Hors de la région.", "apercu": "1"}
    shown = client.post(action("joinrequest", request.pk, "refuser"), preview)
    assert "[le motif que vous écrirez]" in asked
    assert "Écrivez le motif du refus" in without.content.decode()
    assert "Hors de la région." in shown.content.decode().partition("<form")[0]
    assert outbox() == []
    client.post(action("joinrequest", request.pk, "refuser"), {"reason": "Hors de la région."})

    request.refresh_from_db()
    assert (request.state, request.refusal_reason) == ("refused", "Hors de la région.")
    [letter] = outbox()
    assert letter.kind == "demande refusée"
    assert "Hors de la région." in letter.text


def test_the_list_of_requests_shows_hints(client, animator):
    Organisation.objects.create(name="Mairie", kind="collectivite", email_domain="example.org")
    make_request(
        email="x@example.org", state="refused", confirmed_at=None, decided_at=timezone.now()
    )
    make_request(email="x@example.org")

    shown = client.get("/admin/directory/joinrequest/?state__exact=confirmed").content.decode()

    assert "adresse d’une organisation de l’annuaire, déjà refusée" in shown


def test_the_home_page_shows_pending_requests(client, animator):
    make_request()

    shown = client.get("/admin/").content.decode()

    assert "Demandes d’adhésion à examiner" in shown


def test_lists_accept_any_query_string(client, animator):
    """members 42 and 43: each list of the back office, including those of other apps."""
    make_member(organisation=make_organisation(territory=make_territory()))
    animator.is_superuser = True
    animator.save()
    client.force_login(animator)  # the change of role has ended the session
    lists = [
        f"/admin/{app.label}/{model._meta.model_name}/"
        for app in apps.get_app_configs()
        for model in app.get_models(include_auto_created=True)
        if f"{app.label}_{model._meta.model_name}_modeladmin_index" in get_resolver().reverse_dict
    ]
    queries = [
        "", "utm_source=x", "nimp=1", "territory__id__exact=abc", "joined_at__gte=x", "q=x", "p=-1", "all=1",
        "user__password__startswith=p", "user__password__startswith=zzz", "email__startswith=zzz",
    ]  # fmt: skip

    answers = {
        one: [client.get(f"{one}?{query}", follow=True) for query in queries] for one in lists
    }

    assert len(lists) > 10
    assert {answer.status_code for of_list in answers.values() for answer in of_list} == {200}
    for of_list in answers.values():
        p, zzz = (answer.context["object_list"] for answer in of_list[8:10])
        assert list(p) == list(zzz) == list(of_list[0].context["object_list"])


@pytest.mark.parametrize("model", LISTS)
def test_exports_require_their_own_permission(client, animator, model):
    """A26, members 44."""
    make_member(organisation=make_organisation(territory=make_territory()))

    answer = client.get(f"/admin/directory/{model}/?export=csv")

    if model in {"member", "organisation", "joinrequest"}:
        assert answer.status_code == 403
    else:
        assert "text/csv" not in answer.get("Content-Type", "")


def test_no_list_reveals_data_of_accounts_by_its_filters(client, animator):
    """A27, members 43."""
    make_member()

    rows = [
        client.get(f"/admin/directory/member/?user__password__startswith={value}").content.count(
            b"Camille Exemple"
        )
        for value in ("m", "zzz")
    ]

    assert rows[0] == rows[1] > 0


@pytest.mark.parametrize("model", LISTS)
def test_an_invalid_primary_key_is_404(client, animator, model):
    """members 47."""
    for view in ("inspect", "edit", "history"):
        assert client.get(f"/admin/directory/{model}/{view}/abc/").status_code == 404


def test_a_member_is_suspended_and_reinstated(client, animator):
    member = make_member()

    client.post(action("member", member.pk, "suspendre"))
    assert not member.user.groups.exists()
    client.post(action("member", member.pk, "reintegrer"))
    assert member.user.groups.exists()


def test_editing_a_member_updates_the_search_text(client, animator):
    member = make_member()

    answer = client.post(
        f"/admin/directory/member/edit/{member.pk}/",
        {
            "first_name": "Camille",
            "last_name": "Exemple",
            "role": "Batelière",
            "organisation": "",
            "territory": "",
            "presentation": "",
            "offers": "",
            "seeks": "",
        },
    )

    assert answer.status_code == 302
    assert " bateliere " in Member.objects.get().search_text


def test_the_forms_of_an_organisation_and_an_invitation_are_shown(client, animator):
    for model in ("organisation", "territory", "invitation"):
        assert client.get(f"/admin/directory/{model}/create/").status_code == 200
    answer = client.post(
        "/admin/directory/organisation/create/",
        {"name": "Le Moulin", "kind": "tiers_lieu", "website": "https://exemple.fr"},
    )
    assert answer.status_code == 302
    assert Organisation.objects.get().search_text


def test_the_list_of_members_costs_the_same_with_1_and_30_rows(
    client, animator, django_assert_num_queries
):

    def queries():
        client.get("/admin/directory/member/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/admin/directory/member/")
        return len(captured)

    make_member(organisation=make_organisation())
    one = queries()
    for number in range(29):
        make_member(organisation=make_organisation(f"Organisation {number}"))

    assert queries() == one


def test_the_list_of_members_says_yes_and_no_in_words(client, animator):
    make_member(is_ambassador=True)
    make_member()

    html = client.get("/admin/directory/member/").content.decode()

    said = re.findall(r'<td class="field-ambassador[^"]*">(.*?)</td>', html)
    assert sorted(said) == ["non", "oui"]


def test_staff_see_the_last_activity_of_members_and_can_filter_inactive_ones(
    client, animator, time_machine
):
    """members 62."""
    now = datetime(2026, 6, 1, 10, tzinfo=UTC)
    time_machine.move_to(now, tick=False)
    for name, active_at in (
        ("Endormie", datetime(2024, 6, 1, 10, tzinfo=UTC)),
        ("Éveillée", datetime(2024, 6, 1, 10, 1, tzinfo=UTC)),
    ):
        member = make_member(last_name=name)
        User.objects.filter(pk=member.user_id).update(active_at=active_at)

    def listed(query):
        html = client.get(f"/admin/directory/member/{query}").content.decode()
        return [name for name in ("Endormie", "Éveillée") if f"Camille {name}" in html], html

    names, html = listed("")
    assert names == ["Endormie", "Éveillée"]
    assert html.count("1er juin 2024") == 2
    assert "Sans activité depuis 24\u00a0mois" in html
    assert listed("?activite=endormi")[0] == ["Endormie"]
    assert listed("?activite=nimp")[0] == ["Endormie", "Éveillée"]


def test_a_moderator_has_no_access_to_accounts_and_groups(client, animator):
    """A42: their pages."""
    for path in ("/admin/users/", "/admin/users/add/", "/admin/groups/"):
        assert client.get(path).status_code in {302, 404}
    assert not animator.has_perm("directory.change_user")
    assert not Group.objects.filter(permissions__codename="change_user").exists()
    assert JoinRequest._meta.permissions
