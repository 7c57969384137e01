"""The dashboard: cards in order, each for those whose rights cover it, with a constant number of queries."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page

from directory.models import JoinRequest, User
from events.models import EventPage
from home.access import ANIMATION_GROUP, AUTHORS_GROUP, EDITORS_GROUP
from home.admin.dashboard import additions_for
from home.admin.desk import cards_for
from home.mail import outbox
from home.models import NewsIndexPage, OutgoingEmail, PrivacyCheck
from site_cms.site_tree import ensure_site
from tests.builders import (
    make_event,
    make_hidden_session,
    make_member,
    make_news,
    make_registration,
    make_session,
)

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.fixture
def now() -> datetime:
    ensure_site()
    return timezone.now()


def in_group(name: str) -> User:
    user = User.objects.create_user(f"personne-{name.lower()}@example.org")
    user.groups.add(Group.objects.get(name=name))
    return User.objects.get(pk=user.pk)


def keys_of(user: User, now: datetime) -> list[str]:
    return [card.key for card in cards_for(user, now)]


def make_work(now: datetime) -> None:
    """Make something for each card that an ordinary site may have."""
    soon = make_event(
        title="Forum",
        slug="forum",
        starts_at=now + timedelta(days=2),
        capacity=1,
        sessions=[make_session(title="Matinée"), make_session(title="Soirée")],
    )
    morning, _evening = soon.sessions.all()
    make_registration(soon, morning, name="Zoé Martin")
    make_registration(soon, morning, name="Ana Bel", waiting=True)
    make_event(title="Plus tard", slug="plus-tard", starts_at=now + timedelta(days=40))
    make_event(title="Passée", slug="passee", starts_at=now - timedelta(days=4))
    JoinRequest.objects.create(
        first_name="Léa", last_name="Roux", email="lea@example.org", charter_version="1",
        state="confirmed", confirmed_at=now,
    )  # fmt: skip
    row = outbox.put("x@example.org", kind="lettre", subject="x", text="x")
    OutgoingEmail.objects.filter(pk=row.pk).update(
        state="failed", sent_at=None, last_error="Refusé."
    )
    PrivacyCheck.objects.create(checked_at=now, addresses={"pages": ["/a/"]}, findings=[])


def propose(author: User) -> Page:
    article = make_news(title="Proposition", slug="proposition", live=False)
    article.owner = author
    revision = article.save_revision(user=author)
    article.get_workflow().start(article, author)
    assert revision
    return article


def test_an_editor_is_offered_what_she_may_add(now):
    news = NewsIndexPage.objects.get()

    offered = list(additions_for(in_group(EDITORS_GROUP)))

    assert sorted(label for _address, label in offered) == [
        "Article", "Compte rendu", "Ressource", "Événement",
    ]  # fmt: skip
    assert (f"/admin/pages/add/home/newspage/{news.pk}/", "Article") in offered


def test_a_member_is_offered_nothing():
    ensure_site()
    member = make_member()

    assert list(additions_for(member.user)) == []


def test_cards_come_in_order_to_those_whose_rights_cover_them(now):
    """desk 29; issue: each card only to those whose rights cover it."""
    make_work(now)
    author = in_group(AUTHORS_GROUP)
    propose(author)

    assert keys_of(in_group(ANIMATION_GROUP), now) == [
        "cette-semaine", "comptes-rendus-a-ecrire", "demandes-d-adhesion", "e-mails-en-echec",
        "brouillons-a-relire", "ensuite", "sentinelle",
    ]  # fmt: skip
    assert keys_of(in_group(EDITORS_GROUP), now) == [
        "cette-semaine", "comptes-rendus-a-ecrire", "e-mails-en-echec", "brouillons-a-relire",
        "ensuite", "sentinelle",
    ]  # fmt: skip
    assert keys_of(author, now) == ["cette-semaine", "comptes-rendus-a-ecrire", "ensuite"]


def test_an_event_says_its_state_and_the_places_of_each_session_with_a_link_to_its_people(now):
    """K25.60: Annulé, Reporté and Complet; each count is a link to its list."""
    make_work(now)
    forum = EventPage.objects.get(slug="forum")
    first, second = forum.sessions.all()

    [line] = cards_for(in_group(ANIMATION_GROUP), now)[0].lines
    [short] = cards_for(in_group(AUTHORS_GROUP), now)[0].lines

    assert [(part.label, part.url) for part in line.parts] == [
        (
            "Matinée\u00a0: 1 pour 1\u00a0place, 1 en attente",
            f"/admin/events/registration/?evenement={forum.pk}&session={first.pk}",
        ),
        (
            "Soirée\u00a0: 0 pour 1\u00a0place",
            f"/admin/events/registration/?evenement={forum.pk}&session={second.pk}",
        ),
    ]
    assert {part.url for part in short.parts} == {f"/admin/evenements/{forum.pk}/inscrits/"}
    assert line.state == ""


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"status": "cancelled"}, "Annulé"),
        ({"status": "postponed"}, "Reporté"),
        ({"capacity": 1}, "Complet"),
        ({"capacity": 2}, ""),
    ],
)
def test_the_state_of_an_event_is_said(now, fields, state):
    event = make_event(starts_at=now + timedelta(days=1), **fields)
    make_registration(event, make_hidden_session(event))

    [line] = cards_for(in_group(AUTHORS_GROUP), now)[0].lines

    assert line.state == state


def test_an_empty_desk_is_a_sentence(now):
    client = Client()
    client.force_login(in_group(AUTHORS_GROUP))

    calm = client.get("/admin/").content.decode()
    make_event(starts_at=timezone.now() + timedelta(days=1))
    busy = client.get("/admin/").content.decode()

    assert ("Rien ne vous attend aujourd’hui." in calm, "Cette semaine" in calm) == (True, False)
    assert ("Rien ne vous attend aujourd’hui." in busy, "Cette semaine" in busy) == (False, True)


def test_a_red_check_says_what_to_do(now):
    """K25.62."""
    PrivacyCheck.objects.create(
        checked_at=now, findings=["/membres/\u00a0: n’importe qui l’obtient."]
    )
    client = Client()
    client.force_login(in_group(ANIMATION_GROUP))

    page = client.get("/admin/").content.decode()

    assert "<strong>Rouge.</strong>" in page
    assert page.index("Que faire") > page.index("n’importe qui l’obtient.")
    assert "desk-card--alarm" in page
    assert "help-critical" not in page


def test_the_dashboard_costs_the_same_with_1_and_300_events(now):
    """desk 26."""
    make_work(now)
    author = in_group(AUTHORS_GROUP)
    propose(author)
    client = Client()
    client.force_login(in_group(ANIMATION_GROUP))
    client.get("/admin/")

    few = queries(client)
    for slug in ("forum", "passee", "plus-tard"):
        repeat(EventPage.objects.get(slug=slug), 100)
    many = queries(client)

    assert EventPage.objects.count() == 303
    assert many == few


def repeat(event: EventPage, number: int) -> None:
    """Insert rows like this one: a hundred real creations would take seconds."""
    page, parent = Page.objects.get(pk=event.pk), event.get_parent()
    page_values = values_of(page) - {"path", "slug", "url_path"}
    pages = Page.objects.bulk_create(
        Page(
            path=f"{parent.path}{event.path[-1]}{count:03}",
            slug=f"{event.slug}-{count}",
            url_path=f"{page.url_path[:-1]}-{count}/",
            **{name: getattr(page, name) for name in page_values},
        )
        for count in range(number)
    )
    for one in pages:
        values = {name: getattr(event, name) for name in values_of(event, inherited=False)}
        EventPage(page_ptr_id=one.pk, **values).save_base(raw=True)


def values_of(row: Page, *, inherited: bool = True) -> set[str]:
    fields = row._meta.fields if inherited else row._meta.local_fields
    unique = {"id", "page_ptr_id", "translation_key", "calendar_uid"}
    return {field.attname for field in fields} - unique


def queries(client: Client) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        client.get("/admin/")
    return len(captured)
