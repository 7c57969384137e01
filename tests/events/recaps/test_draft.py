"""The draft of a recap: once, from the facts and the notes, and kept from the public while it has holes."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page
from wagtail.test.utils.form_data import querydict_from_html

from events.models import EventPage, RecapPage
from events.models.attendance import Attendance, attendance_of
from events.recaps.draft import draft_due_recaps, draft_recap
from events.recaps.notes import with_notes
from events.recaps.sentences import in_town, lead_of, title_of
from home.blocks.holes import HOLE, LEFT
from home.models import NewsIndexPage, PageTheme, Theme
from home.page_import.notes import blocks_of
from tests.builders import NOW, make_event, make_home, make_registration, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "wagtail_templates")]

SPEAKERS = json.dumps(
    [{"type": "speaker", "value": {"name": "Élie Marchand", "role": "animateur"}}]
)


@pytest.fixture
def news() -> NewsIndexPage:
    return make_home().add_child(instance=NewsIndexPage(title="Actualités", slug="actualites"))


def told_event(**fields: Any) -> EventPage:
    """Create an event of yesterday with two sessions, and three people of two structures."""
    yesterday = NOW - timedelta(days=1)
    sessions = [
        make_session(title="Matinée", starts_at=yesterday, sort_order=0, speakers="Paul Martin"),
        make_session(title="Ateliers", starts_at=yesterday, sort_order=1),
    ]
    values = {
        "title": "Rencontre\u00a0: décider ensemble",
        "starts_at": yesterday,
        "venue_name": "La Halle",
    }
    event = make_event(**{**values, "speakers": SPEAKERS, "sessions": sessions, **fields})
    first = event.sessions.first()
    for organisation in ("Ville d’Amiens", "VILLE D'AMIENS ", "La Ruche", ""):
        make_registration(event, first, organisation=organisation)
    make_registration(event, first, waiting=True, organisation="Une autre")
    make_registration(event, first, state="cancelled", cancelled_at=NOW, organisation="Encore une")
    return event


def words(recap: RecapPage) -> list[tuple[str, Any]]:
    return [(block["type"], block["value"]) for block in recap.body.raw_data]


def test_those_with_a_confirmed_seat_are_counted_with_their_structures():
    assert attendance_of(told_event()) == Attendance(people=4, structures=2)


def test_the_draft_says_what_is_known_and_leaves_holes(news):
    """registration F 65: figures match presence, or the confirmed registrations while none is recorded."""
    theme = Theme.objects.create(name="Budgets participatifs", slug="budgets")
    event = told_event()
    event.page_themes = [PageTheme(theme=theme)]
    event.save()

    recap = draft_recap(event=event, by=None)

    heading = {"level": "2", "anchor": ""}
    assert recap.title == "Retour sur «\u00a0Rencontre\u00a0: décider ensemble\u00a0»"
    assert recap.lead == (
        "<p>Le dimanche 31 mai 2026, 4\u00a0participant·es de 2\u00a0structures se sont retrouvé·es à Amiens (La Halle). "
        f"Au cœur des échanges\u00a0: {HOLE}.</p>"
    )
    assert [
        (kind, value if kind != "speakers" else value["speakers"][0]["name"])
        for kind, value in words(recap)
    ] == [
        ("speakers", "Élie Marchand"),
        (
            "key_figures",
            {
                "figures": [
                    {"number": "4", "label": "participant·es"},
                    {"number": "2", "label": "structures"},
                ]
            },
        ),
        ("heading", {"text": "Matinée", **heading}),
        ("paragraph", f"<p>Avec Paul Martin. {HOLE}</p>"),
        ("heading", {"text": "Ateliers", **heading}),
        ("paragraph", f"<p>{HOLE}</p>"),
        ("heading", {"text": "Ce que nous retenons", **heading}),
        ("paragraph", f"<p>{HOLE}</p>"),
    ]
    assert (recap.attendance, recap.themes, recap.live, recap.event) == (4, [theme], False, event)


@pytest.mark.parametrize(
    ("fields", "people", "lead"),
    [
        ({}, 1, "Le lundi 1er juin 2026, la rencontre a eu lieu à Amiens."),
        ({"venue_town": ""}, 0, f"Le lundi 1er juin 2026, la rencontre a eu lieu à {HOLE}."),
        (
            {"mode": "online"},
            2,
            "Le lundi 1er juin 2026, 2\u00a0participant·es se sont retrouvé·es en ligne.",
        ),
        (
            {"mode": "hybrid", "venue_town": "Le Touquet"},
            2,
            "Le lundi 1er juin 2026, 2\u00a0participant·es se sont retrouvé·es au Touquet et en ligne.",
        ),
    ],
)
def test_the_sentences_follow_the_facts(fields, people, lead):
    event = EventPage(
        **{"starts_at": NOW, "ends_at": NOW + timedelta(hours=2), "venue_town": "Amiens"} | fields
    )

    assert lead_of(event, Attendance(people, 1)).startswith(f"<p>{lead} Au cœur")


def test_titles_and_towns_are_french():
    assert in_town("Les Mureaux") == "aux Mureaux"
    assert (
        title_of(EventPage(title="Les «\u00a0communs\u00a0»"))
        == "Retour sur Les «\u00a0communs\u00a0»"
    )
    assert len(title_of(EventPage(title="a" * 255))) == 255


def test_the_draft_of_a_recap_is_created_once(admin, news):
    event = told_event()
    address = reverse("events_draft_recap", args=[event.pk])

    assert "Vos notes" in admin.get(address).content.decode()
    assert RecapPage.objects.count() == 0
    answers = [admin.post(address, {"notes": "# Midi\nOn mange."}) for _twice in range(2)]
    draft_due_recaps(NOW)

    recap = RecapPage.objects.get()
    edit = reverse("wagtailadmin_pages:edit", args=[recap.pk])
    assert {answer["Location"] for answer in (*answers, admin.get(address))} == {edit}
    assert [value["text"] for kind, value in words(recap) if kind == "heading"] == [
        "Matinée",
        "Ateliers",
        "Midi",
        "Ce que nous retenons",
    ]


def test_the_clock_drafts_the_day_after_once_and_not_again(admin, news):
    event = told_event()
    make_event(title="De ce matin", starts_at=NOW - timedelta(hours=3))
    make_event(title="D’un autre mois", starts_at=NOW - timedelta(days=30))
    told_event(title="Annulée", status="cancelled")

    for _twice in range(2):
        draft_due_recaps(NOW)
    recap = RecapPage.objects.get()
    assert recap.event == event
    recap.delete()
    draft_due_recaps(NOW)

    assert not RecapPage.objects.exists()
    assert (
        "Brouillon du compte rendu proposé"
        in admin.get(reverse("wagtailadmin_pages:history", args=[event.pk])).content.decode()
    )


def test_without_a_place_for_news_nothing_is_drafted():
    told_event()

    draft_due_recaps(NOW)

    assert not RecapPage.objects.exists()


def test_a_draft_stays_to_be_written_until_it_is_published(news):
    event = told_event()
    recap = draft_recap(event=event, by=None)
    before = list(EventPage.objects.to_tell(timezone.now()))

    recap.get_latest_revision().publish()

    assert before == [event]
    assert list(EventPage.objects.to_tell(timezone.now())) == []


def test_notes_go_where_they_belong():
    body = blocks_of(f"# Matinée\n{HOLE}\n# Ateliers\n{HOLE}\n# Ce que nous retenons\n{HOLE}")
    notes = blocks_of("Du café.\n\nATELIERS\n\nDeux groupes.\n\n# Midi\nOn mange.")

    merged = with_notes(body, notes)

    assert merged == blocks_of(
        f"Du café.\n\n# Matinée\n{HOLE}\n# Ateliers\nDeux groupes.\n# Midi\nOn mange.\n# Ce que nous retenons\n{HOLE}"
    )


def test_notes_are_put_in_a_draft_that_exists(admin, news):
    recap = draft_recap(event=told_event(), by=None)
    address = reverse("events_recap_notes", args=[recap.pk])

    assert (
        "Coller des notes"
        in admin.get(reverse("wagtailadmin_pages:edit", args=[recap.pk])).content.decode()
    )
    assert admin.get(address).status_code == 200
    answer = admin.post(
        address, {"notes": "Ateliers\nCamille Roux, maire\u00a0: «\u00a0On décide avec eux.\u00a0»"}
    )
    admin.post(address, {"notes": ""})

    draft = RecapPage.objects.get().get_latest_revision_as_object()
    assert answer.status_code == 302
    assert [kind for kind, _value in words(draft)] == [
        "speakers", "key_figures", "heading", "paragraph", "heading", "quote", "heading", "paragraph"
    ]  # fmt: skip
    assert [block.id for block in draft.body][:5] == [block["id"] for block in recap.body.raw_data][
        :5
    ]


def edited(client: Any, page: Page, **fields: str) -> tuple[Any, dict[str, Any]]:
    """Post the editing form of a page as it stands, with these fields."""
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = querydict_from_html(
        client.get(address).content.decode(), form_id="page-edit-form"
    ).dict()
    raw = page.get_latest_revision_as_object().body.raw_data
    data |= {"body-count": str(len(raw))}
    for place, block in enumerate(raw):
        data |= {
            f"body-{place}-type": block["type"],
            f"body-{place}-id": block.get("id") or "",
            f"body-{place}-order": str(place),
            f"body-{place}-deleted": "",
        }
        data |= written(f"body-{place}-value", block["value"])
    return client.post(address, data | fields), data


def written(name: str, value: Any) -> dict[str, str]:
    if isinstance(value, dict):
        return {
            key: one
            for part, held in value.items()
            for key, one in written(f"{name}-{part}", held).items()
        }
    if isinstance(value, str) and value.startswith("<"):
        text = value.removeprefix("<p>").removesuffix("</p>")
        block = {
            "key": "a",
            "text": text,
            "type": "unstyled",
            "depth": 0,
            "inlineStyleRanges": [],
            "entityRanges": [],
        }
        return {name: json.dumps({"blocks": [block], "entityMap": {}})}
    return {name: "" if value is None else str(value)}


def test_a_recap_with_holes_is_kept_as_a_draft_and_not_published(admin, news):
    """desk 5: publication refused, draft saved, and the block is named."""
    recap = draft_recap(event=make_event(starts_at=NOW - timedelta(days=1)), by=None)

    refused, sent = edited(admin, recap, **{"action-publish": "1"})
    kept = admin.post(refused.request["PATH_INFO"], sent)

    recap.refresh_from_db()
    errors = refused.context["form"].errors.as_data()
    assert (refused.status_code, kept.status_code, recap.live) == (200, 302, False)
    assert errors["lead"][0].message == LEFT
    assert {place: error.message for place, error in errors["body"][0].block_errors.items()} == {
        1: LEFT
    }

    mark = json.dumps(HOLE)[1:-1]  # as rich text is sent
    filled = {name: value.replace(mark, "tout") for name, value in sent.items()}
    admin.post(refused.request["PATH_INFO"], {**filled, "action-publish": "1"})
    recap.refresh_from_db()
    assert recap.live


def test_publishing_links_the_event_and_its_recap_both_ways(client, news):
    event = make_event(title="Le forum", starts_at=NOW - timedelta(days=1))
    recap = draft_recap(event=event, by=None)
    before = client.get(event.url).content.decode()

    recap.get_latest_revision().publish()

    assert recap.url not in before
    assert f'href="{recap.url}"' in client.get(event.url).content.decode()
    assert f'href="{event.url}"' in client.get(recap.url).content.decode()
