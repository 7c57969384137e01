from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime
from openpyxl import load_workbook
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from events.models import EventPage, Question, Registration
from tests.builders import NOW, make_event, make_registration, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "wagtail_templates")]

LIST = "events_registration_modeladmin_index"
NO_PLACES = "Écrivez un nombre entier, 1 ou plus, ou laissez vide."


@pytest.fixture
def editor() -> Client:
    """A page editor without permissions on registrations."""
    user = get_user_model().objects.create_user("editrice@example.org")
    user.groups.add(Group.objects.get(name="Editors"))
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client = Client()
    client.force_login(user)
    return client


def form_data(event: EventPage, **fields: Any) -> dict[str, Any]:
    """Return what the editing form of this event sends, with these fields changed."""
    data = {
        "title": event.title,
        "slug": event.slug,
        "lead": rich_text(""),
        "contact": rich_text(""),
        "starts_at": "2026-06-11 09:30",
        "announced_end": "2026-06-11 16:30",
        "status": "planned",
        "previous_dates": streamfield([]),
        "speakers": streamfield([]),
        "body": streamfield([]),
        "mode": "onsite",
        "registration_form": "site",
        "registration_audience": "all",
        "sessions": inline_formset([]),
        "questions": inline_formset([]),
        "attachments": inline_formset([]),
        "related_pages": inline_formset([]),
        "comments": inline_formset([]),
    }
    return nested_form_data(data | fields)


def errors_of(response: Any) -> dict[str, list[str]]:
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"starts_at": ""}, {"starts_at": ["Remplissez ce champ."]}),
        (
            {"announced_end": "2026-06-11 09:30"},
            {"announced_end": ["La fin précède le début."]},
        ),
        (
            {"registration_deadline": "2026-06-12"},
            {"registration_deadline": ["La date limite est après le début de l’événement."]},
        ),
        *(({"capacity": typed}, {"capacity": [NO_PLACES]}) for typed in ("0", "-1", "abc", "1,5")),
        (
            {"registration_form": "outside"},
            {"outside_form_url": ["Donnez l’adresse du formulaire de l’autre site."]},
        ),
    ],
)
def test_an_unpublishable_value_is_refused_beside_its_field(admin, fields, errors):
    """registration 50."""
    event = make_event()
    address = reverse("wagtailadmin_pages:edit", args=[event.pk])

    response = admin.post(address, form_data(event, **fields) | {"action-publish": "1"})

    assert response.status_code == 200
    assert errors_of(response) == errors


def test_an_event_is_copied_and_has_no_alias(admin):
    """Refused with a message, where Wagtail would fail on the unique calendar identifier."""
    event = make_event()
    address = reverse("wagtailadmin_pages:copy", args=[event.pk])
    form = {"new_title": "Copie", "new_slug": "copie", "new_parent_page": event.get_parent().pk}

    refused = admin.post(address, form | {"alias": "on"}, follow=True)
    assert "Un événement n’a pas d’alias" in refused.content.decode()
    assert not Page.objects.filter(slug="copie").exists()
    admin.post(address, form)
    assert EventPage.objects.filter(slug="copie").exists()


@pytest.mark.parametrize("typed", ["11/06/2026 10:15", "2026-06-11 10:15"])
def test_dates_are_shown_and_typed_in_french_format(admin, typed):
    event = make_event(starts_at=NOW.replace(day=5))
    address = reverse("wagtailadmin_pages:edit", args=[event.pk])
    shown = admin.get(address).context["form"]["starts_at"].as_widget()

    admin.post(address, form_data(event, starts_at=typed) | {"action-publish": "1"})

    event.refresh_from_db()
    assert 'value="05/06/2026 12:00"' in shown
    assert f"{localtime(event.starts_at):%d/%m/%Y %H:%M}" == "11/06/2026 10:15"


def test_a_session_outside_its_events_days_is_refused_beside_its_field(admin):
    event = make_event()
    address = reverse("wagtailadmin_pages:edit", args=[event.pk])
    session = {"id": "", "title": "Soir", "text": rich_text(""), "speakers": ""}
    sessions = [session | {"starts_at": "2026-06-12 09:30", "ends_at": "2026-06-12 09:00"}]

    response = admin.post(
        address,
        form_data(event, sessions=inline_formset(sessions)) | {"action-publish": "1"},
    )

    errors = response.context["form"].formsets["sessions"].errors
    assert errors == [
        {
            "ends_at": ["La session finit avant de commencer."],
            "starts_at": ["Cette session commence en dehors des jours et heures de l’événement."],
        }
    ]


def session_row(**fields: Any) -> dict[str, Any]:
    """Return a session's data as the editing form sends it."""
    row = {"id": "", "title": "Matinée", "text": rich_text(""), "speakers": ""}
    return row | {"starts_at": "2026-06-11 09:30", "ends_at": ""} | fields


@pytest.mark.parametrize("typed", ["0", "-1", "abc"])
def test_an_invalid_session_capacity_is_refused_beside_its_field(admin, typed):
    """registration 50."""
    event = make_event()
    address = reverse("wagtailadmin_pages:edit", args=[event.pk])
    sessions = inline_formset([session_row(capacity=typed)])

    response = admin.post(address, form_data(event, sessions=sessions) | {"action-publish": "1"})

    assert response.context["form"].formsets["sessions"].errors == [{"capacity": [NO_PLACES]}]
    assert NO_PLACES in response.content.decode()


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("typed", ["0", "-1", "abc"])
def test_a_draft_is_saved_without_its_invalid_capacities(admin, typed, live):
    """registration 50: other fields are saved, stored capacities are kept, and a warning says so."""
    event = make_event(sessions=[make_session(capacity=12)], capacity=40, live=live)
    session = event.sessions.get()
    row = session_row(id=str(session.pk), title="Matin", capacity=typed)
    sessions = inline_formset([row], initial=1)
    address = reverse("wagtailadmin_pages:edit", args=[event.pk])

    response = admin.post(
        address, form_data(event, title="Autre titre", capacity=typed, sessions=sessions)
    )

    draft = EventPage.objects.get(pk=event.pk).get_latest_revision_as_object()
    assert (draft.title, draft.capacity) == ("Autre titre", 40)
    assert [(one.title, one.capacity) for one in draft.sessions.all()] == [("Matin", 12)]
    said = admin.get(response["Location"]).content.decode()
    assert said.count(f"«\u00a0{typed}\u00a0» n’est pas un nombre de places") == 2


def test_a_draft_may_be_incomplete_and_inconsistent(admin):
    """registration 50."""
    event = make_event()
    address = reverse("wagtailadmin_pages:edit", args=[event.pk])

    response = admin.post(
        address,
        form_data(
            event, starts_at="", announced_end="2020-01-01 00:00", registration_form="outside"
        ),
    )

    assert response.status_code == 302
    draft = EventPage.objects.get(pk=event.pk).get_latest_revision_as_object()
    assert draft.starts_at is None


@pytest.mark.parametrize("was_undone", [False, True])
def test_a_session_with_seats_or_check_ins_cannot_be_deleted(admin, was_undone):
    """Somebody who was ticked by mistake has no seat any more, but the log of check-ins still names the session."""
    event = make_event(sessions=[make_session()])
    session = event.sessions.get()
    registration = make_registration(event, session)
    if was_undone:
        registration.check_ins.create(
            session=session, kind="undone", source="door", at=NOW, received_at=NOW
        )
        registration.seats.all().delete()
    row = {
        "id": session.pk, "title": "Matinée", "text": rich_text(""), "speakers": "",
        "starts_at": "2026-06-11 09:30", "DELETE": "1",
    }  # fmt: skip

    response = admin.post(
        reverse("wagtailadmin_pages:edit", args=[event.pk]),
        form_data(event, sessions=inline_formset([row], initial=1)),
    )

    problem = "La session « Matinée » a des inscrit·es ou des pointages : elle ne peut pas être supprimée."
    assert errors_of(response) == {"__all__": [problem]}


def test_each_question_offers_the_events_sessions(admin):
    event = make_event(sessions=[make_session()])
    event.questions = [Question(label="Régime", field_type="singleline")]
    event.save()

    response = admin.get(reverse("wagtailadmin_pages:edit", args=[event.pk]))

    formset = response.context["form"].formsets["questions"]
    session = event.sessions.get()
    for form in (*formset.forms, formset.empty_form):
        widget = form.fields["session_uuid"].widget
        assert widget.choices == [("", "tout le monde"), (session.uuid, "Matinée")]


@pytest.mark.parametrize("name", ["delete", "unpublish"])
def test_an_event_with_registrations_cannot_be_deleted_or_unpublished(admin, name):
    """registration 53. Nor its agenda, which the site needs (tests/home/models/test_page_guards.py)."""
    event = make_event(title="Rencontre")
    make_registration(event)

    response = admin.post(reverse(f"wagtailadmin_pages:{name}", args=[event.pk]), follow=True)

    assert [str(message).strip() for message in response.context["messages"]] == [
        "Impossible : 1\u00a0inscription à « Rencontre ». Annulez d’abord l’événement (état « annulé », onglet Annonce) : sa page le dira à tout le monde, et les inscriptions seront gardées."
    ]
    assert Page.objects.filter(pk=event.pk, live=True).exists()


@pytest.mark.parametrize("name", ["delete", "unpublish"])
def test_events_with_registrations_cannot_be_deleted_or_unpublished_in_bulk(admin, name):
    """registration 53."""
    event, other = make_event(title="Rencontre"), make_event()
    make_registration(event)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", name])

    response = admin.post(f"{address}?id={event.pk}&id={other.pk}", follow=True)

    assert [
        str(message).strip().partition(". ")[0] for message in response.context["messages"]
    ] == ["Impossible : 1\u00a0inscription à « Rencontre »"]
    assert EventPage.objects.live().count() == 2


def test_a_page_without_registrations_is_deleted(admin):
    event = make_event()

    admin.post(reverse("wagtailadmin_pages:delete", args=[event.pk]))

    assert EventPage.objects.count() == 0


def test_staff_find_registrations_by_event_session_and_name(admin):
    event = make_event(sessions=[make_session(), make_session(title="Soir")])
    morning, evening = event.sessions.all()
    make_registration(event, morning, name="Camille")
    make_registration(event, evening, name="Dominique")
    make_registration(make_event(), name="Sacha")

    def names(query: str) -> list[str]:
        response = admin.get(f"{reverse(LIST)}?{query}")
        return sorted(one.name for one in response.context["object_list"])

    assert names("") == ["Camille", "Dominique", "Sacha"]
    assert names(f"evenement={event.pk}") == ["Camille", "Dominique"]
    assert names(f"evenement={event.pk}&session={evening.pk}") == ["Dominique"]
    for nonsense in ("abc", "-1", "9" * 40, "<script>"):
        assert names(f"evenement={nonsense}&session={nonsense}") == names("")
    assert names("q=Sach") == ["Sacha"]


def test_the_export_has_a_column_per_question_even_if_renamed_or_deleted(admin):
    """registration 52."""
    event = make_event(sessions=[make_session()])
    answers = {"a1": {"label": "Régime", "retention": "short", "value": ["=1+1", "sans sel"]}}
    make_registration(event, event.sessions.get(), email="a@example.org", answers=answers)
    make_registration(event, name="+33", organisation="0612345678", email="b@example.org")

    response = admin.get(f"{reverse(LIST)}?export=xlsx&raison=bilan")

    rows = list(load_workbook(BytesIO(response.content)).active.iter_rows(values_only=True))
    assert rows[0] == (
        "Nom", "Adresse e-mail", "Structure", "Événement", "Date", "Matinée", "État",
        "Inscription le", "Annulation le", "Régime\u00a0: =1+1", "Régime\u00a0: sans sel",
    )  # fmt: skip
    by_name = {row[0]: row for row in rows[1:]}
    assert by_name["+33"][2] == "0612345678"
    assert by_name["Camille Exemple"][5:7] == ("confirmée", "inscrit·e")
    assert by_name["Camille Exemple"][9:] == ("oui", "oui")


def test_an_editor_without_the_right_sees_nothing_of_registrations(editor):
    """registration 58."""
    registration = make_registration(make_event(), name="Camille Exemple")

    for name, args in {
        LIST: [],
        "events_registration_modeladmin_inspect": [registration.pk],
        "events_registration_modeladmin_annuler": [registration.pk],
    }.items():
        response = (
            editor.post(reverse(name, args=args))
            if "annuler" in name
            else editor.get(reverse(name, args=args))
        )
        assert response.status_code in (302, 403)
        assert "Camille" not in response.content.decode()
    assert Registration.objects.get().is_active


def test_staff_cancel_a_registration_and_the_person_is_told(admin, outbox):
    registration = make_registration(make_event())

    admin.post(reverse("events_registration_modeladmin_annuler", args=[registration.pk]))

    registration.refresh_from_db()
    assert registration.state == "cancelled"
    assert [row.kind for row in outbox()] == ["inscription annulée"]
    assert [(entry.action, entry.by.email) for entry in registration.log.all()] == [
        ("cancelled", "admin@example.org")
    ]


def test_an_upcoming_event_has_no_recap_to_write(admin):
    event = make_event()

    assert admin.post(reverse("events_draft_recap", args=[event.pk])).status_code == 404


def test_the_home_page_shows_next_events_and_recaps_to_write(admin):
    coming = make_event(title="Bientôt", capacity=40)
    make_registration(coming)
    make_event(title="Hier", starts_at=NOW - timedelta(days=2))

    html = admin.get(reverse("wagtailadmin_home")).content.decode()

    assert "Bientôt" in html
    assert "1 pour 40\u00a0places" in html
    assert "Hier" in html
    assert "rédiger le compte rendu" in html


def test_the_list_of_events_shows_date_place_state_and_registered(
    admin, django_assert_max_num_queries
):
    """K25, 60."""

    def add(**fields: Any) -> EventPage:
        event = make_event(sessions=[make_session(), make_session(title="Soir")], **fields)
        make_registration(event, *event.sessions.all())
        make_registration(event, event.sessions.all()[1], waiting=True)
        return event

    event = add(venue_town="Arras", capacity=1)
    add(status="cancelled")
    add(status="postponed")
    address = reverse("evenements:index")
    admin.get(address)
    with django_assert_max_num_queries(60) as few:
        html = admin.get(address).content.decode()
    for _more in range(5):
        add()
    with django_assert_max_num_queries(len(few)):
        admin.get(address)

    assert "Le 11.06.2026" in html
    assert "Arras" in html
    assert "<li>Soir\u00a0: 1 / 1, <strong>1 en attente</strong></li>" in html
    assert f'<a href="{reverse(LIST)}?evenement={event.pk}">2\u00a0personnes</a>' in html
    for state in ("Complet", "Annulé", "Reporté"):
        assert f">{state}</strong>" in html


def test_a_question_may_name_a_session_added_in_the_same_sitting(admin):
    """Also after several saves of a draft, whose rows have no primary key."""
    agenda, key = make_event().get_parent(), "7f1f6b0e-0000-4000-8000-000000000001"
    add = reverse("wagtailadmin_pages:add", args=["events", "eventpage", agenda.pk])
    session = {
        "title": "Matinée",
        "starts_at": "11/06/2026 9h30",
        "text": rich_text(""),
        "uuid": key,
    }
    question = {"label": "Régime", "field_type": "singleline", "session_uuid": key}
    rows = {
        "sessions": inline_formset([session]),
        "questions": inline_formset([question]),
        "title": "Essai",
        "slug": "essai",
    }

    admin.post(add, form_data(make_event(), **rows))
    event = EventPage.objects.get(title="Essai")
    edit = reverse("wagtailadmin_pages:edit", args=[event.pk])
    shown = admin.get(edit).context["form"].formsets
    [row] = shown["sessions"].forms
    rows["sessions"] = inline_formset([session | {"id": row["id"].value() or ""}], initial=1)
    rows["questions"] = inline_formset(
        [question | {"id": shown["questions"].forms[0]["id"].value() or ""}], initial=1
    )
    published = admin.post(edit, form_data(event, **rows) | {"action-publish": "1"}, follow=True)

    assert str(row["uuid"].value()) == key
    assert published.status_code == 200
    event.refresh_from_db()
    assert [str(one.uuid) for one in event.sessions.all()] == [key]
    assert [str(one.session_uuid) for one in event.questions.all()] == [key]


def test_an_editor_types_dates_as_people_write_them(admin):
    event = make_event()
    edit = reverse("wagtailadmin_pages:edit", args=[event.pk])
    typed = {"starts_at": "12 mars 2027 à 9h30", "announced_end": "12/03/2027 17 h"}

    refused = admin.post(edit, form_data(event, **typed | {"starts_at": "31/02/2027 10:00"}))
    admin.post(edit, form_data(event, **typed) | {"action-publish": "1"})

    assert "Le 31/02/2027 n’existe pas" in errors_of(refused)["starts_at"][0]
    event.refresh_from_db()
    assert [f"{localtime(one):%d/%m/%Y %H:%M}" for one in (event.starts_at, event.ends_at)] == [
        "12/03/2027 09:30",
        "12/03/2027 17:00",
    ]


@pytest.mark.parametrize(("year", "warned"), [("2024", True), ("2027", False)])
def test_publishing_an_event_that_is_over_raises_a_question(admin, year, warned):
    event = make_event(live=False, first_published_at=None)
    edit = reverse("wagtailadmin_pages:edit", args=[event.pk])
    typed = {"starts_at": f"12/03/{year} 9h", "announced_end": f"12/03/{year} 17h"}

    response = admin.post(edit, form_data(event, **typed) | {"action-publish": "1"}, follow=True)

    said = " ".join(str(message) for message in response.context["messages"])
    assert ("sa date est déjà passée" in said) is warned
