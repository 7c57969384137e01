"""Prepares a demonstration site for its pictures: `python -m tests.shots.staging`, in that site's environment.

Makes what the desk shows of a day and, without `--desk-only`, each state of an event and of a registration. Prints names and
values as JSON.
"""

import json
import sys
import time
from datetime import datetime
from typing import Any

import django

django.setup()

from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django_tasks_db.models import DBTaskResult

from directory.emails import JOIN_SALT
from directory.models import JoinRequest, Member, Organisation, Territory, User
from events.certificates.issuance import issue
from events.check_in.doors import open_door
from events.feedback.links import feedback_url
from events.models import EventPage, Question, RecapPage, Registration, Session, Thanks
from events.models.registration import link_token
from events.registration.emails import registration_confirmed
from events.registration.signup import cancel
from home.models import HomePage, NewsPage, OutgoingEmail, SiteImage
from home.models.mail import Reason
from site_cms.demo.attendance import MEETING
from tests.builders import make_event, make_registration, make_session
from tests.journeys.states import make_all

PATIENCE = 300  # maximum seconds until all pictures are drawn
GALLERY = "arras-une-journee-pour-apprendre-a-cooperer"
PEOPLE = ["Adèle Marchand", "Baptiste Noël", "Chloé Vasseur", "Denis Lefèvre", "Élise Fontaine"]


def stage(now: datetime) -> dict[str, Any]:
    """Make what a picture of a day at the desk needs, and return its keys and addresses."""
    today = make_day(now)
    meeting = EventPage.objects.get(slug=MEETING)
    coming = EventPage.objects.get(slug="forum-regional-ce-que-participer-veut-dire")
    came = meeting.registrations.filter(seats__present_at__isnull=False).earliest("pk")
    return {
        "today": today.pk,
        "meeting": meeting.pk,
        "coming": coming.pk,
        "recap_with_gallery": RecapPage.objects.get(slug=GALLERY).pk,
        "door": door_of(today, now),
        "feedback": feedback_of(meeting, now),
        "certificate": issue(registration=came, now=now).address,
        "own_came": came.link,
        "own_here": today.registrations.earliest("pk").link,
        **keys_of(coming),
    }


def stage_states(now: datetime) -> dict[str, Any]:
    """Make each state of an event and of a registration, and return their addresses."""
    states = {address.strip("/").rpartition("/")[2]: address for address in make_all(now)}
    return {
        **{slug.replace("-", "_"): address for slug, address in states.items()},
        **own_pages(now),
        "join_confirm": join_link(),
    }


def make_day(now: datetime) -> EventPage:
    """Make an event of today, to which people are registered."""
    morning, evening = (
        timezone.localtime(now).replace(hour=hour, minute=0, second=0) for hour in (9, 17)
    )
    session = make_session(title="Journée", starts_at=morning, ends_at=evening)
    event = make_event(
        title="Rencontre d’aujourd’hui",
        slug="rencontre-d-aujourd-hui",
        starts_at=morning,
        announced_end=evening,
        sessions=[session],
    )
    for name in PEOPLE:
        email = f"{slugify(name)}@example.org"
        person = make_registration(
            event, *event.sessions.all(), name=name, email=email, organisation="Ville d’Arras"
        )
        registration_confirmed(person)
    need = Question.Purpose.NEED
    event.questions = [Question(label="Que voudriez-vous partager ?", required=False, purpose=need)]
    event.save()
    return event


def own_pages(now: datetime) -> dict[str, str]:
    """Return the addresses of registrants with a place, without one, and on a waiting list."""
    free, full = (
        EventPage.objects.get(slug=f"etat-{slug}") for slug in ("ouvert", "liste-d-attente")
    )
    session, _ = Session.objects.get_or_create(event=free, hidden=True)
    held = make_registration(free, session, name="Adèle Marchand", email="adele@example.org")
    gone = make_registration(free, session, name="Chloé Vasseur", email="chloe@example.org")
    cancel(registration=gone, by=None, now=now)
    waits = make_registration(
        full,
        Session.objects.get(event=full),
        name="Baptiste Noël",
        email="baptiste@example.org",
        waiting=True,
    )
    return {"own_held": held.link, "own_gone": gone.link, "own_waiting": waits.link}


def door_of(event: EventPage, now: datetime) -> str:
    door = open_door(event=event, by=User.objects.get(email="admin@example.org"), now=now)
    return reverse("door", args=[link_token(door.link_key)])


def feedback_of(event: EventPage, now: datetime) -> str:
    questions = ["utile", "idee", "revenir"]
    Thanks.objects.create(event=event, questions=questions, sent_at=now, finished=True)
    return feedback_url(event.registrations.latest("pk"))


def join_link() -> str:
    return reverse(
        "join_confirm", args=[signing.dumps(JoinRequest.objects.earliest("pk").pk, salt=JOIN_SALT)]
    )


def keys_of(event: EventPage) -> dict[str, int]:
    """Return the keys of rows that screens of the back office show."""
    of_event = Registration.objects.filter(event=event)
    rows = {
        "home": HomePage,
        "article": NewsPage,
        "recap": RecapPage,
        "image": SiteImage,
        "member": Member,
        "organisation": Organisation,
        "territory": Territory,
        "join_request": JoinRequest,
        "email": OutgoingEmail,
    }
    first = {
        name: model.objects.order_by("pk").values_list("pk", flat=True)[0]
        for name, model in rows.items()
    }
    agenda, news = event.get_parent(), NewsPage.objects.earliest("pk").get_parent()
    return first | {
        "registration": of_event.earliest("pk").pk,
        "agenda": agenda.pk,
        "news": news.pk,
    }


def wait_for_workers() -> None:
    """Wait until the workers have nothing left to do, so that every picture is drawn."""
    deadline = time.monotonic() + PATIENCE
    tasks = DBTaskResult.objects
    while (tasks.ready().exists() or tasks.running().exists()) and time.monotonic() < deadline:
        time.sleep(1)


def refuse_one() -> None:
    """Let one message have failed, as the desk shows it."""
    last = OutgoingEmail.objects.latest("pk")
    OutgoingEmail.objects.filter(pk=last.pk).update(
        state=OutgoingEmail.State.FAILED,
        reason=Reason.ADDRESS,
        last_error="Le prestataire refuse cette adresse.",
        due_at=None,
        sent_at=None,
    )


if __name__ == "__main__":
    values = stage(timezone.now())
    if "--desk-only" not in sys.argv:
        values |= stage_states(timezone.now())
    wait_for_workers()
    refuse_one()
    json.dump(values, sys.stdout)
