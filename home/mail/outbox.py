"""The outbox: each message is a row written in the caller's transaction, and a task sends it after the commit.

`send()` writes the site's own messages, `home.mail.backends.OutboxBackend` those of allauth, Wagtail and Django.
"""

import base64
import hashlib
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.utils import make_msgid, parseaddr
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.db.models.functions import Substr
from django.db.transaction import TransactionManagementError
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import timezone

from home.french.names import name_key
from home.mail.addresses import clean_address, clean_line
from home.mail.delivery import deliver_row
from home.models.mail import TASK_LEASE, OutgoingEmail, Priority, Reason
from home.models.settings import SiteSettings

#: What a message is about, by the app whose template it is written with.
AREAS = {"events": OutgoingEmail.Area.EVENTS, "directory": OutgoingEmail.Area.MEMBERS}

#: Replaces the subject of messages that mention an erased person.
FORGOTTEN = "Objet effacé"

#: Limits for messages that anyone can request for any address: minimum interval, and maximum per day.
BETWEEN, MOST_A_DAY = timedelta(minutes=15), 5

#: The messages of the act that is rehearsed, if one is.
_rehearsed: ContextVar[list[OutgoingEmail] | None] = ContextVar("rehearsed", default=None)


@dataclass(frozen=True)
class Attachment:
    """An attached file. A calendar's type includes its method: `text/calendar; method=PUBLISH; charset=utf-8`."""

    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True)
class Bodies:
    subject: str
    text: str
    html: str


def send(  # noqa: PLR0913 -- the words of a message
    *,
    kind: str,
    to: str,
    person: str = "",
    template: str,
    context: Mapping[str, Any],
    dedup_key: str | None = None,
    attachments: Iterable[Attachment] = (),
    secret: bool = False,
    reply_to: str | None = None,
    headers: Mapping[str, str] | None = None,
    network: SiteSettings | None = None,
    priority: Priority = Priority.ANSWER,
) -> OutgoingEmail:
    """Queue a message to one recipient. It is sent after the caller's transaction commits.

    `kind` is shown to staff: short and in French ("inscription confirmée"). `template` is the common stem of
    `.subject.txt`, `.txt` and `.html` (generated from the text if missing). `person` has the address. If a row with the same
    `dedup_key` exists, return it and send nothing. The body of a `secret` message is blanked once sent. `network` saves a query.
    """
    around = envelope(network)
    bodies = render(template, {**around, **context})
    extra = {name: clean_line(value) for name, value in (headers or {}).items()}
    extra |= {"Reply-To": clean_line(reply_to)} if reply_to else {}
    return put(
        to,
        dedup_key=dedup_key,
        name_key=name_key(person),
        kind=kind,
        subject=bodies.subject,
        text=bodies.text,
        html=bodies.html,
        attachments=[packed(attachment) for attachment in attachments],
        headers=extra,
        secret=secret,
        sender=sender(site_name=around["site_name"]),
        priority=priority,
        area=area_of(template),
    )


def area_of(template: str) -> str:
    return AREAS.get(template.partition("/")[0], OutgoingEmail.Area.SITE)


def put(to: str, *, dedup_key: str | None = None, **values: Any) -> OutgoingEmail:
    """Write the row and enqueue its delivery atomically. An invalid address gives a failed row, which staff can see."""
    now = timezone.now()
    values |= {"queued_at": now, "due_at": now + TASK_LEASE, "message_id": new_message_id()}
    try:
        values["recipient"] = clean_address(to)
    except ValidationError as error:
        values |= {
            "recipient": clean_line(to)[:320],
            "state": OutgoingEmail.State.FAILED,
            "last_error": "Adresse refusée : " + " ".join(error.messages),
            "reason": Reason.ADDRESS,
            "due_at": None,
        }
    # No savepoint: if a message cannot be written, the caller's transaction rolls back too.
    with transaction.atomic(savepoint=False):
        row = (
            OutgoingEmail.objects.create(**values) if dedup_key is None else once(dedup_key, values)
        )
        if row.message_id == values["message_id"] and row.due_at:
            enqueue(row)
    return row


def enqueue(row: OutgoingEmail) -> None:
    rehearsed = _rehearsed.get()
    if rehearsed is None:
        deliver_row.using(priority=row.priority).enqueue(row.pk)
    else:
        rehearsed.append(row)


def rehearse(act: Callable[[], Any]) -> list[OutgoingEmail]:
    """Do the act and undo it. Return the messages that it would send; none of them leaves.

    What `act` raises, such as a refusal, passes through.
    """
    rows: list[OutgoingEmail] = []
    token = _rehearsed.set(rows)
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    finally:
        _rehearsed.reset(token)
    return [row for row in rows if row.recipient]


def once(dedup_key: str, values: Mapping[str, Any]) -> OutgoingEmail:
    """Return the row of that key, created unless it exists.

    Two queries; `get_or_create` makes four inside a transaction.
    """
    row = OutgoingEmail(dedup_key=dedup_key, **values)
    OutgoingEmail.objects.bulk_create([row], ignore_conflicts=True)
    kept = OutgoingEmail.objects.only("message_id", "due_at", "priority").get(dedup_key=dedup_key)
    if kept.message_id != row.message_id:
        return kept
    row.pk = kept.pk
    return row


def written(prefix: str) -> set[str]:
    """Return what follows this prefix in the `dedup_key` of the messages written so far, sent or not."""
    keys = OutgoingEmail.objects.filter(dedup_key__startswith=prefix)
    return {
        (key or "").removeprefix(prefix)
        for key in keys.order_by().values_list("dedup_key", flat=True)
    }


def states_under(prefixes: Sequence[str]) -> dict[tuple[str, str], int]:
    """Count the messages by prefix of their `dedup_key` and state. One query; the prefixes have one length."""
    if not prefixes:
        return {}
    start = Substr("dedup_key", 1, len(prefixes[0]))
    rows = OutgoingEmail.objects.annotate(prefix=start).filter(prefix__in=prefixes).order_by()
    counted = rows.values_list("prefix", "state").annotate(number=Count("pk"))
    return {(prefix, state): number for prefix, state, number in counted}


def had_enough(*, kind: str, to: str, since: datetime | None = None) -> bool:
    """Return whether this address has reached the limits for this kind of message, sent or not.

    The limits are one message per 15 minutes and five per 24 hours. Messages written before `since` do not count.
    Call it in the transaction that writes the message: the others that ask for this address wait for its end.
    """
    hold_address(to)
    now = timezone.now()
    yesterday = now - timedelta(days=1)
    today = OutgoingEmail.objects.filter(
        recipient=to, kind=kind, created_at__gt=max(yesterday, since or yesterday)
    )
    latest = list(today.values_list("created_at", flat=True)[:MOST_A_DAY])
    return len(latest) == MOST_A_DAY or any(at > now - BETWEEN for at in latest)


def latest_key(*, to: str, prefix: str) -> str | None:
    """Return the deduplication key of the last message to this address that begins with `prefix`."""
    rows = OutgoingEmail.objects.filter(recipient=to, dedup_key__startswith=prefix)
    return rows.order_by("-pk").values_list("dedup_key", flat=True).first()


def hold_address(address: str) -> None:
    """Let no other transaction hold this address before the end of this one, so that each sees what the others wrote.

    A row to lock may not exist yet. SQLite has one writer at a time (`transaction_mode` IMMEDIATE).
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("An address is held until the end of a transaction.")
    if connection.vendor != "postgresql":
        return
    key = int.from_bytes(hashlib.sha256(address.lower().encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def new_message_id() -> str:
    return make_msgid(domain=urlsplit(settings.BASE_URL).hostname or "localhost")


def absolute_url(path: str) -> str:
    """Return the absolute URL of a path for use in messages, from BASE_URL and never from the request's host."""
    return urljoin(settings.BASE_URL + "/", path)


# Rendering


def preview(template: str, context: Mapping[str, Any]) -> Bodies:
    """Render a message without queueing it."""
    return render(template, {**envelope(), **context})


def render(template: str, values: Mapping[str, Any]) -> Bodies:
    subject = clean_line(render_text(f"{template}.subject.txt", values))[:255]
    text = render_text(f"{template}.txt", values).strip() + "\n"
    try:
        html = get_template(f"{template}.html").render({**values, "subject": subject})
    except TemplateDoesNotExist as missing:
        if str(missing) != f"{template}.html":
            raise
        html = html_twin(subject, text, values)
    return Bodies(subject, text, html)


def render_text(template_name: str, context: Mapping[str, Any]) -> str:
    """Render a plain text template, without HTML escaping."""
    template: Any = get_template(template_name)
    return template.template.render(Context(dict(context), autoescape=False))


def html_twin(subject: str, text: str, around: Mapping[str, Any]) -> str:
    values = {**around, "subject": subject, "text": text.strip()}
    return get_template("home/emails/from_text.html").render(values)


def signed(text: str, around: Mapping[str, Any]) -> str:
    """Return the text with the signature that its HTML twin has from home/emails/base.html."""
    return f"{text.strip()}\n\n{render_text('home/emails/signature.txt', around)}"


def envelope(network: SiteSettings | None = None) -> dict[str, Any]:
    """Return the context common to all messages: name and URL of the site."""
    network = network or SiteSettings.of_network()
    return {"site_name": network.name, "site_url": absolute_url("/")}


def sender(address: str = "", *, site_name: str) -> str:
    """Return the From header, with the site's name unless the address has its own display name."""
    name, bare = parseaddr(address or settings.DEFAULT_FROM_EMAIL)
    return clean_line(str(Address(name or site_name, addr_spec=bare)))


def packed(attachment: Attachment) -> dict[str, str]:
    return {
        "name": clean_line(attachment.name),
        "type": clean_line(attachment.content_type),
        "content": base64.b64encode(attachment.content).decode(),
    }


def retry_due(at: datetime) -> None:
    """Enqueue due rows and recover those of killed workers. The clock runs it every minute."""
    for row in OutgoingEmail.objects.abandoned(at):
        recover(row, at)
    for row in OutgoingEmail.objects.due(at).only("priority"):
        with transaction.atomic():
            due = OutgoingEmail.objects.due(at).filter(pk=row.pk)
            if due.update(due_at=at + TASK_LEASE):
                enqueue(row)


def recover(row: OutgoingEmail, at: datetime) -> None:
    """Queue a message again, with the same Message-ID, after its worker died. The second time, mark it failed."""
    row.mark_interrupted(at)


def withdraw(row: OutgoingEmail) -> None:
    """Delete a waiting row, so that the message can be written again. One claimed by a worker is still sent."""
    OutgoingEmail.objects.waiting().filter(pk=row.pk).delete()


def forget(*, about: uuid.UUID) -> None:
    """Delete all messages about an object, sent or not: the rows with its UUID in their `dedup_key`."""
    OutgoingEmail.objects.filter(dedup_key__contains=str(about)).delete()


def forget_recipient(email: str, *, name: str) -> None:
    """Delete all messages to this person, sent or not: those to the address, but for those to its other people."""
    theirs = OutgoingEmail.objects.filter(recipient__iexact=email)
    theirs.filter(name_key__in=["", name_key(name)]).delete()


def forget_mentions(words: Iterable[str], *, at: datetime) -> None:
    """Blank the messages to other people that contain one of these words, such as a name or an address.

    The rows are kept: their `dedup_key` prevents a second sending.
    """
    for word in filter(None, words):
        # What is left to the address itself is for colleagues who share it.
        rows = OutgoingEmail.objects.naming(word).exclude(recipient__iexact=word)
        rows.erase_bodies(at)
        rows.update(subject=FORGOTTEN, last_error="")


def withhold(*, about: uuid.UUID, to: str) -> None:
    """Delete the waiting messages about an object to an address that turned out to be wrong."""
    written = OutgoingEmail.objects.filter(recipient=to, dedup_key__contains=str(about))
    written.waiting().delete()


def resend(row: OutgoingEmail) -> bool:
    """Queue a failed message again, on behalf of staff. Return False if its body is blanked or it is not failed."""
    now = timezone.now()
    with transaction.atomic():
        failed = OutgoingEmail.objects.resendable().filter(pk=row.pk)
        queued = failed.update(
            state=OutgoingEmail.State.QUEUED,
            attempts=0,
            queued_at=now,
            due_at=now + TASK_LEASE,
        )
        if queued:
            enqueue(row)
    return bool(queued)


def resend_all(rows: QuerySet[OutgoingEmail], now: datetime) -> int:
    """Queue these failed messages again, on behalf of staff. Return how many. The clock enqueues their tasks."""
    return rows.filter(state=OutgoingEmail.State.FAILED, blanked_at__isnull=True).update(
        state=OutgoingEmail.State.QUEUED, attempts=0, queued_at=now, due_at=now
    )
