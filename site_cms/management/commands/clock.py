"""`manage.py clock`: the scheduler of the Procfile. Every minute it runs or enqueues the jobs that are due.

Each job finds its work in the database and may run twice or late. Only the time of its last run is kept, in memory, so
that a clock that stops for an hour or runs on two hosts does no harm.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import FrameType
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from directory.admin.monday import write_on_monday
from directory.cards.reminders import ask_about_cards
from directory.departures import inactivity
from directory.departures.retention import (
    forget_colleagues,
    forget_downloads,
    forget_imports,
    forget_join_requests,
    forget_messages,
    forget_openings,
)
from directory.membership.reminders import announce_requests, tell_of_late_requests
from events.feedback import answers as feedback
from events.feedback import letters
from events.messages import announcements, group_messages, reminders
from events.recaps.draft import draft_due_recaps
from events.registration.confirmations import tell_together
from events.registration.purge import forget_registrations
from events.registration.waiting_list import fill_waiting_lists
from events.sheets.meals import tell_caterers
from events.sheets.photos import forget_sheet_photos
from home.links.night import check_links
from home.mail import outbox
from home.models import PrivacyCheck
from home.models.counts import forget_counts
from home.privacy import retention
from home.privacy.stray_files import sweep_stray_files
from home.theme.share_images import plan_share_images
from site_cms.clock_guard import ClockJumped, TooMuch, check_clock, erase_within_bounds
from site_cms.erasure import erase_departed, let_sleepers_go
from site_cms.freshness_check import enqueue_check, sweep_files
from site_cms.heartbeats import ask_for_signs
from site_cms.privacy_check import watch_what_is_private

logger = logging.getLogger(__name__)

MINUTE = timedelta(minutes=1)
TEN_MINUTES = timedelta(minutes=10)
QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
#: Hour of the nightly privacy check and sweep of files, local time (Europe/Paris).
NIGHT = 3


@dataclass(frozen=True)
class Job:
    """A function called with the current time, and its interval. What erases for good is guarded."""

    name: str
    run: Callable[[datetime], None]
    every: timedelta = MINUTE
    erases: bool = False


def publish_scheduled(at: datetime) -> None:
    call_command("publish_scheduled", verbosity=0)


def forget_sessions(at: datetime) -> None:
    call_command("clearsessions", verbosity=0)


def watch_at_night(at: datetime) -> None:
    """Enqueue the privacy check once a night. It takes a minute with thousands of cards, so the worker runs it."""
    if not PrivacyCheck.objects.filter(checked_at__gte=start_of_night(at)).exists():
        watch_what_is_private.enqueue()


def sweep_at_night(at: datetime) -> None:
    """Enqueue the sweep of files that no row names once a night."""
    swept = DBTaskResult.objects.filter(task_path=sweep_stray_files.module_path)
    if not swept.filter(enqueued_at__gte=start_of_night(at)).exists():
        sweep_stray_files.enqueue()


def check_links_at_night(at: datetime) -> None:
    """Enqueue the check of links once a night."""
    done = DBTaskResult.objects.filter(task_path=check_links.module_path)
    if not done.filter(enqueued_at__gte=start_of_night(at)).exists():
        check_links.enqueue()


def start_of_night(at: datetime) -> datetime:
    night = timezone.localtime(at).replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    return night if night <= at else night - timedelta(days=1)


JOBS = (
    Job("signs of life", ask_for_signs),
    Job("scheduled publishing", publish_scheduled),
    Job("reminders that are no longer true", reminders.withdraw),
    Job("mail to send again", outbox.retry_due),
    Job("changes of events to tell", announcements.finish_announcements),
    Job("messages to groups to go on with", group_messages.finish_messages),
    Job("letters of thanks to go on with", letters.finish_letters),
    Job("questions two months after", letters.ask_again, every=QUARTER),
    Job("free places and waiting lists", fill_waiting_lists, every=QUARTER),
    Job("registrations of one address to tell together", tell_together, every=QUARTER),
    Job("reminders and thanks", reminders.remind, every=QUARTER),
    Job("numbers of meals, to the caterers", tell_caterers),
    Job("recaps of the day before, to draft", draft_due_recaps, every=QUARTER),
    Job("requests to join, to the team", announce_requests),
    Job("the desk of each person, on Monday", write_on_monday, every=QUARTER),
    Job("requests to join that wait too long", tell_of_late_requests),
    Job("cards to confirm", ask_about_cards, every=QUARTER),
    Job("accounts that sleep, to warn", inactivity.warn, every=QUARTER),
    Job("mail to forget", retention.forget_mail, every=HOUR, erases=True),
    Job("subscribers to forget", retention.forget_subscribers, every=HOUR, erases=True),
    Job("requests to join to forget", forget_join_requests, every=HOUR, erases=True),
    Job("invited colleagues to forget", forget_colleagues, every=HOUR, erases=True),
    Job("answers to cut from people", feedback.cut_links, every=HOUR, erases=True),
    Job("messages of members to forget", forget_messages, every=HOUR, erases=True),
    Job("downloads to forget", forget_downloads, every=HOUR, erases=True),
    Job("spreadsheets to forget", forget_imports, every=HOUR, erases=True),
    Job("numbers of cards opened to forget", forget_openings, every=HOUR, erases=True),
    Job("counts to forget", forget_counts, every=HOUR, erases=True),
    Job("files of kept pages, swept", sweep_files),
    Job("pictures of links, to draw", plan_share_images),
    Job("kept pages, compared", enqueue_check, every=TEN_MINUTES),
    Job("what is private, checked", watch_at_night, every=HOUR),
    Job("links, checked", check_links_at_night, every=HOUR),
    Job("files that no row names", sweep_at_night, every=HOUR, erases=True),
    Job("registrations to forget", forget_registrations, every=HOUR, erases=True),
    Job("photos of signed sheets to forget", forget_sheet_photos, every=HOUR, erases=True),
    Job("accounts that slept too long, to let go", let_sleepers_go, every=HOUR, erases=True),
    Job("people who left, to erase", erase_departed, every=HOUR, erases=True),
    Job("sessions to forget", forget_sessions, every=HOUR, erases=True),
    Job("task results to forget", retention.forget_tasks, every=HOUR, erases=True),
)


class Clock:
    """Runs each job at its interval. A failure is logged, and the job runs again at its next turn."""

    def __init__(self, jobs: tuple[Job, ...]) -> None:
        self.jobs = jobs
        self.last_runs: dict[str, datetime] = {}
        self.failed = False

    def tick(self, at: datetime) -> None:
        due = [job for job in self.jobs if self.is_due(job, at)]
        may_erase = not any(job.erases for job in due) or self.trusts_clock(at)
        for job in due:
            if may_erase or not job.erases:
                self.last_runs[job.name] = at
                self.run(job, at)

    def is_due(self, job: Job, at: datetime) -> bool:
        last_run = self.last_runs.get(job.name)
        return last_run is None or at - last_run >= job.every

    def trusts_clock(self, at: datetime) -> bool:
        """Return whether erasures may run. When the clock has jumped, they are asked again at each tick."""
        try:
            check_clock(at)
        except ClockJumped:
            logger.error("Nothing is erased: this machine's clock jumped, the database's did not")
            return False
        except DatabaseError:
            logger.exception(
                "Nothing is erased: the database does not tell when the last round was"
            )
            return False
        return True

    def run(self, job: Job, at: datetime) -> None:
        try:
            if job.erases:
                erase_within_bounds(job.run, at)
            else:
                job.run(at)
        except TooMuch as much:
            self.failed = True
            logger.error("The job %r erased nothing: %s at once", job.name, much)
        except Exception:
            self.failed = True
            logger.exception("The job %r failed", job.name)


class Command(BaseCommand):
    help = "Run due jobs every minute: scheduled publishing, unsent mail, reminders, purges."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once",
            action="store_true",
            help="Run every job once and exit, with code 1 if one failed.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        clock = Clock(JOBS)
        if options["once"]:
            clock.tick(timezone.now())
            if clock.failed:
                raise SystemExit(1)
            return
        stop = threading.Event()
        listen_for_the_end(stop)
        logger.info("The clock runs: %s", ", ".join(job.name for job in JOBS))
        while not stop.is_set():
            # Truncated to the minute, so that a delay of a second does not postpone hourly jobs by a minute.
            clock.tick(timezone.now().replace(second=0, microsecond=0))
            close_old_connections()  # a broken connection is reopened at the next tick
            stop.wait(60 - time.time() % 60)


def listen_for_the_end(stop: threading.Event) -> None:
    """Set `stop` on SIGTERM and SIGINT, so that the clock ends after the current tick."""

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
