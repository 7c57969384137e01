"""The list of messages in the back office: those that failed, by reason."""

import pytest
from django.test import Client
from wagtail.models import ModelLogEntry

from home.models import OutgoingEmail
from home.models.mail import Reason
from tests.home.admin.test_base import LIST, make_row, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

AGAIN = f"{LIST}renvoyer_tout/"
CHANGE = ("view_outgoingemail", "change_outgoingemail")


def states() -> list[tuple[str, str]]:
    return list(OutgoingEmail.objects.order_by("pk").values_list("reason", "state"))


def test_what_failed_is_counted_by_reason_with_one_button_each(sent: list) -> None:
    for _message in range(2):
        make_row(reason=Reason.QUOTA)
    make_row(reason=Reason.ADDRESS)
    make_row(state="queued")
    staff = make_staff("editrice@example.org", *CHANGE)

    html = staff.get(LIST).content.decode()
    asked = staff.post(AGAIN, {"reason": "quota"}).content.decode()
    assert asked.count("Lettre à elise@example.org") == 2
    assert ("quota", "queued") not in states()
    answer = staff.post(AGAIN, {"reason": "quota", "confirme": "1"}, follow=True)

    assert html.count(f'action="{AGAIN}"') == 2
    assert "Les renvoyer tous" in html
    assert "2\u00a0messages repartent." in answer.content.decode()
    assert states() == [("quota", "queued")] * 2 + [("address", "failed"), ("", "queued")]
    assert ModelLogEntry.objects.get().label == "Quota d’envoi atteint (2)"


@pytest.mark.parametrize("data", [{}, {"reason": ""}, {"reason": "autre"}])
def test_without_a_known_reason_nothing_leaves(data: dict[str, str]) -> None:
    make_row(reason=Reason.QUOTA)
    staff = make_staff("editrice@example.org", *CHANGE)

    staff.post(AGAIN, data)
    staff.get(AGAIN)

    assert states() == [("quota", "failed")]


@pytest.mark.parametrize("rights", [(), ("view_outgoingemail",)])
def test_who_may_not_resend_one_message_may_not_resend_all(rights: tuple[str, ...]) -> None:
    make_row(reason=Reason.QUOTA)
    client = make_staff("lectrice@example.org", *rights)

    client.post(AGAIN, {"reason": "quota", "confirme": "1"})

    assert states() == [("quota", "failed")]
    assert AGAIN not in client.get(LIST).content.decode()


def test_an_anonymous_visitor_resends_nothing() -> None:
    make_row(reason=Reason.QUOTA)

    Client().post(AGAIN, {"reason": "quota", "confirme": "1"})

    assert states() == [("quota", "failed")]


ROWS = {
    "site": "Votre lettre",
    "events": "Inscription confirmée\u00a0: Forum",
    "members": "Votre demande est refusée, Zibeline",
}
RIGHTS = {"site": (), "events": ("view_registration",), "members": ("view_member",)}


def make_rows() -> dict[str, OutgoingEmail]:
    return {
        area: make_row(
            area=area, subject=subject, kind=f"nature {area}", recipient=f"{area}@example.org"
        )
        for area, subject in ROWS.items()
    }


@pytest.mark.parametrize("area", ROWS)
def test_staff_see_the_messages_of_what_they_may_see_and_no_others(area: str) -> None:
    """In the list, a search, the page of a message, the export, the counts and the dashboard."""
    rows = make_rows()
    client = make_staff("equipe@example.org", *CHANGE, "export_outgoingemail", *RIGHTS[area])
    hidden = set(ROWS) - {"site", area}

    pages = {
        "list": client.get(LIST),
        "search": client.get(LIST, {"q": "example.org"}),
        "export": client.get(LIST, {"export": "csv", "raison": "bilan"}),
        "dashboard": client.get("/admin/"),
    }

    for name, page in pages.items():
        content = b"".join(page.streaming_content) if page.streaming else page.content
        text = content.decode()
        assert f"{area}@example.org" in text, name
        assert not [one for one in hidden if f"{one}@example.org" in text], name
    statuses = {
        one: client.get(f"{LIST}inspect/{row.pk}/").status_code for one, row in rows.items()
    }
    assert statuses == {one: 404 if one in hidden else 200 for one in ROWS}
    for row in rows.values():
        client.post(f"{LIST}renvoyer/{row.pk}/")
    assert (
        set(OutgoingEmail.objects.filter(state="failed").values_list("area", flat=True)) == hidden
    )


def test_the_list_shows_no_subject_of_a_message_about_a_member() -> None:
    make_rows()
    client = make_staff("equipe@example.org", *CHANGE, "view_member", "export_outgoingemail")

    for query in ({}, {"export": "csv", "raison": "bilan"}):
        answer = client.get(LIST, query)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert "Zibeline" not in content.decode()
        assert "Nature members" in content.decode()


def test_logs_show_neither_address_nor_subject() -> None:
    row = make_row(area="members", subject="Zibeline", recipient="z@example.org", kind="bienvenue")

    assert str(row) == "Bienvenue"
