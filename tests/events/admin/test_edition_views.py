from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from events.admin.edition_changes import changes_of, edited_fields
from events.admin.edition_review import doubts, former_speakers, old_dates
from events.admin.new_edition import make_new_edition
from events.models import EventAttachment, EventPage, Question
from site_cms.site_tree import EDITORS_GROUP
from tests.builders import NOW, make_document, make_event
from tests.events.admin.test_new_edition import NEXT, make_last_year

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "wagtail_templates")]

BODY: Any = [
    ("paragraph", "<p>Rendez-vous le <b>jeudi 12 mars 2026</b>, après celui du 28 avril 2022.</p>"),
    ("notice", {"kind": "deadline", "text": "<p>Inscription jusqu’au 5 mars.</p>"}),
    ("paragraph", "<p>Le 12 <b>mars 2026</b>, accueil à 9h30.</p>"),
    ("programme", {"title": "", "sessions": [{"title": "Bilan 2026", "speakers": "Élie"}]}),
]


@pytest.fixture
def last() -> EventPage:
    event = make_last_year(
        body=BODY,
        lead="<p>Le forum de mars 2026.</p>",
        online_url="https://visio.example.org/forum",
        first_published_at=NOW,
    )
    event.attachments.add(EventAttachment(document=make_document()))
    event.save_revision().publish()
    return EventPage.objects.get(pk=event.pk)


@pytest.fixture
def editor() -> Any:
    return get_user_model().objects.create_superuser("editrice@example.org")


@pytest.fixture
def edition(last: EventPage, editor: Any) -> EventPage:
    return make_new_edition(former=last, first_day=NEXT, by=editor, now=NOW)


@pytest.fixture
def desk(client: Client, editor: Any) -> Client:
    client.force_login(editor)
    return client


def draft_of(event: EventPage) -> EventPage:
    draft: EventPage = EventPage.objects.get(pk=event.pk).get_latest_revision_as_object()
    return draft


def test_the_first_day_alone_makes_the_draft_and_opens_its_changes(desk, last):
    address = reverse("events_new_edition", args=[last.pk])

    asked = desk.get(address).content.decode()
    made = desk.post(address, {"first_day": "jeudi 15 avril 2027"})

    edition = EventPage.objects.get(slug="forum-2027")
    assert "Premier jour de la nouvelle édition" in asked
    assert made.url == reverse("events_edition_changes", args=[edition.pk])
    assert desk.get(made.url).status_code == 200


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Écrivez une date"),
        ("demain", "Écrivez une date"),
        ("31/02/2027", "n’existe pas"),
        ("31 mai 2026", "est déjà passé"),
    ],
)
def test_a_wrong_day_is_refused_beside_its_field(desk, last, typed, said):
    response = desk.post(reverse("events_new_edition", args=[last.pk]), {"first_day": typed})

    [error] = response.context["form"].errors["first_day"]
    assert said in error
    assert EventPage.objects.count() == 1


def test_all_changed_fields_are_listed_with_both_values(edition, last):
    """desk 7: each field of the form is compared, so none that changes can be left out."""
    told = {change.name: (change.old, change.new) for change in changes_of(draft_of(edition), last)}

    assert told == {
        "title": ("Forum 2026", "Forum 2027"),
        "slug": ("forum-2026", "forum-2027"),
        "starts_at": ("jeudi 12 mars 2026, 9h30", "jeudi 15 avril 2027, 9h30"),
        "announced_end": ("jeudi 12 mars 2026, 17h", "jeudi 15 avril 2027, 17h"),
        "status": ("annulé", "prévu"),
        "previous_edition": ("vide", "Forum 2026"),
        "speakers": ("Camille Roux · maire", "vide"),
        "registration_opens_at": ("samedi 31 janvier 2026, 8h", "samedi 6 mars 2027, 8h"),
        "registration_deadline": ("jeudi 5 mars 2026", "jeudi 8 avril 2027"),
        "first_published_at": ("lundi 1er juin 2026, 12h", "vide"),
        "sessions.0.starts_at": ("jeudi 12 mars 2026, 9h30", "jeudi 15 avril 2027, 9h30"),
        "sessions.0.ends_at": ("jeudi 12 mars 2026, 12h", "jeudi 15 avril 2027, 12h"),
        "sessions.1.starts_at": ("jeudi 12 mars 2026, 14h", "jeudi 15 avril 2027, 14h"),
        "sessions.1.ends_at": ("jeudi 12 mars 2026, 16h30", "jeudi 15 avril 2027, 16h30"),
        "sessions.1.speakers": ("Élie Marchand", "vide"),
        "sessions.1.deadline": ("mardi 10 mars 2026", "mardi 13 avril 2027"),
    }


def test_any_field_that_an_editor_changes_is_listed(edition, last):
    """desk 7: texts, choices, boxes, numbers, blocks, rows added and removed."""
    draft = draft_of(edition)
    for name in edited_fields()[0]:
        value = getattr(draft, name)
        if isinstance(value, bool):
            setattr(draft, name, not value)
        elif isinstance(value, str) and name != "slug":
            setattr(draft, name, f"{value}x")
        elif isinstance(value, int):
            setattr(draft, name, value + 1)
    draft.body = [*draft.body.get_prep_value()][:1]
    draft.previous_dates = [("date", NOW)]
    draft.sessions = list(draft.sessions.all())[:1]
    draft.questions.add(Question(label="Autre"))
    draft.attachments = []

    named = {change.name for change in changes_of(draft, last)}

    kept = {"main_image", "search_image", "updated_on", "themes", "go_live_at", "expire_at"}
    assert set(edited_fields()[0]) - named == kept
    assert {"sessions.1", "questions.1", "attachments.0"} <= named


def test_dates_of_last_time_are_told_with_their_place_and_written_in_one_gesture(
    desk, edition, last
):
    address = reverse("events_edition_changes", args=[edition.pk])
    body = [block.id for block in draft_of(edition).body]

    found = {
        (one.old, one.new, one.text.place.partition("=")[2])
        for one in old_dates(draft_of(edition), last)
    }
    response = desk.post(address, {"date": "tout"}, follow=True)

    assert {(old, new, place.split(".")[:2][-1]) for old, new, place in found} == {
        ("de mars 2026", "d’avril 2027", "lead"),
        ("jeudi 12 mars 2026", "jeudi 15 avril 2027", body[0]),
        ("28 avril 2022", "", body[0]),
        ("5 mars", "8 avril", body[1]),
        ("12 mars 2026", "", body[2]),  # a tag is among its words
        ("2026", "2027", body[3]),
    }
    assert "4\u00a0dates corrigées dans le brouillon." in response.content.decode()
    draft = draft_of(edition)
    assert draft.lead == "<p>Le forum d’avril 2027.</p>"
    assert "<b>jeudi 15 avril 2027</b>, après celui du 28 avril 2022" in str(draft.body[0].value)
    assert str(draft.body[1].value["text"].source) == "<p>Inscription jusqu’au 8 avril.</p>"
    assert [one.old for one in old_dates(draft, last)] == ["28 avril 2022", "12 mars 2026"]
    assert EventPage.objects.get(pk=edition.pk).lead == draft.lead


def test_speakers_are_taken_back_one_by_one_or_all_at_once(desk, edition, last):
    address = reverse("events_edition_changes", args=[edition.pk])
    first, second = former_speakers(draft_of(edition), last)

    desk.post(address, {"personne": first.key})
    after_one = former_speakers(draft_of(edition), last)
    desk.post(address, {"personne": "tout"})

    assert (first.name, first.role, second.name) == ("Camille Roux", "maire", "Élie Marchand")
    assert [one.name for one in after_one] == ["Élie Marchand"]
    draft = draft_of(edition)
    assert [block.value["name"] for block in draft.speakers] == ["Camille Roux"]
    assert [session.speakers for session in draft.sessions.all()] == ["", "Élie Marchand"]
    assert former_speakers(draft, last) == []


def test_a_button_of_a_page_read_before_changes_nothing(desk, edition):
    address = reverse("events_edition_changes", args=[edition.pk])
    revisions = edition.revisions.count()

    for old in ({"date": "lead|7 mai"}, {"personne": "x"}, {}):
        response = desk.post(address, old, follow=True)
        assert "Rien n’est changé" in response.content.decode()

    assert edition.revisions.count() == revisions


def test_doubts_are_told_with_the_place_to_look(editor, last):
    """A Sunday in four days: the deadline, seven days before, is past."""
    soon = make_new_edition(former=last, first_day=date(2026, 6, 7), by=editor, now=NOW)

    told = {one.sentence: one.place.partition("=")[0] for one in doubts(soon, last, NOW)}

    assert [sentence.partition("\u00a0:")[0] for sentence in told] == [
        "La date limite d’inscription est déjà passée",
        "Le premier jour est un dimanche, c’était un jeudi.",
        "La visioconférence a l’adresse de la dernière fois",
        "Document joint de la dernière fois",
        "Intervenant·es du programme",
    ]
    assert set(told.values()) == {":w:contentpath", "inline_child_attachments-0-panel"}


def test_a_plain_copy_has_the_same_page_of_changes(desk, last):
    copy = last.copy(update_attrs={"title": "Copie", "slug": "copie"}, keep_live=False)

    response = desk.get(reverse("events_edition_changes", args=[copy.pk]))

    dates = [one.old for one in response.context["old_dates"]]
    assert dates == ["mars 2026", "jeudi 12 mars 2026", "28 avril 2022", "5 mars", "12 mars 2026"]
    assert all(one.new == "" for one in response.context["old_dates"])


def test_the_buttons_are_where_an_editor_looks_until_the_first_publication(desk, edition, last):
    begin = reverse("events_new_edition", args=[last.pk])
    changes = reverse("events_edition_changes", args=[edition.pk])
    agenda = reverse("wagtailadmin_explore", args=[last.get_parent().pk])
    pages = [reverse("wagtailadmin_pages:edit", args=[pk]) for pk in (last.pk, edition.pk)]

    seen = {
        url: desk.get(url).content.decode() for url in (*pages, agenda, reverse("evenements:index"))
    }
    edition.get_latest_revision().publish()
    after = desk.get(pages[1]).content.decode()

    assert [begin in seen[url] for url in seen] == [True, False, True, True]
    assert [changes in seen[url] for url in seen] == [False, True, True, True]
    assert changes not in after


@pytest.mark.usefixtures("whole_site")
def test_an_editor_of_the_site_gets_in_and_somebody_of_another_part_does_not(last, edition):
    user = get_user_model().objects.create_user("redactrice@example.org")
    group = Group.objects.create(name="Actualités")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    addresses = [
        reverse("events_new_edition", args=[last.pk]),
        reverse("events_edition_changes", args=[edition.pk]),
    ]

    answers = {}
    for of in (group, Group.objects.get(name=EDITORS_GROUP)):
        user.groups.set([of])
        client = Client()
        client.force_login(user)
        answers[of.name] = [client.get(address).status_code for address in addresses]

    refused = 302  # Wagtail's answer: back to the desk, with a message
    assert answers == {group.name: [refused, refused], EDITORS_GROUP: [200, 200]}


def test_an_upcoming_event_and_one_without_former_edition_have_no_such_page(desk):
    event = make_event()

    assert desk.get(reverse("events_new_edition", args=[event.pk])).status_code == 404
    assert desk.get(reverse("events_edition_changes", args=[event.pk])).status_code == 404


def queries_of(desk: Client, address: str) -> list[str]:
    desk.get(address)
    with CaptureQueriesContext(connection) as queries:
        desk.get(address)
    return [query["sql"] for query in queries]


def test_the_page_of_changes_and_the_lists_cost_the_same_with_more_texts_and_events(desk, editor):
    """Reading a draft costs Wagtail one query for each session, on any screen."""
    asked = []
    for number in (1, 5):
        last = make_last_year(slug=f"forum-{number}", body=BODY * number)
        edition = make_new_edition(former=last, first_day=NEXT, by=editor, now=NOW)
        for _ in range(number):
            make_event(starts_at=NOW - timedelta(days=20))
        addresses = [
            reverse("events_edition_changes", args=[edition.pk]),
            reverse("evenements:index"),
            reverse("wagtailadmin_explore", args=[last.get_parent().pk]),
        ]
        asked.append([queries_of(desk, address) for address in addresses])

    for few, many in zip(*asked, strict=True):
        assert len(few) == len(many), [one for one in many if one not in few]
