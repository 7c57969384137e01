"""The outbox: a message is a row in the transaction that causes it; a task sends the row after the commit.

`send()` writes ours. `OutboxBackend` is Django's EMAIL_BACKEND and catches those of allauth, Wagtail and Django
itself. `deliver()` hands a row to what DELIVERY_URL names. This is the only module that touches django.core.mail.
"""

import base64
import smtplib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import encoders
from email.headerregistry import Address
from email.message import Message
from email.mime.base import MIMEBase
from email.utils import make_msgid, parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.text import slugify

from home import tasks
from home.mail.addresses import clean_address, clean_line
from home.models.mail import AGE_LIMIT, INTERRUPTED, TASK_LEASE, OutgoingEmail
from home.models.settings import SiteSettings

#: The subject of a message that named someone who is erased.
FORGOTTEN = "Objet effacé"

#: Of messages that anybody may ask for by an address: how far apart two are, and how many one person gets in a day.
BETWEEN, MOST_A_DAY = timedelta(minutes=15), 5


@dataclass(frozen=True)
class Attachment:
    """A file of a message. A calendar's type says its method: `text/calendar; method=PUBLISH; charset=utf-8`."""

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
    template: str,
    context: Mapping[str, Any],
    dedup_key: str | None = None,
    attachments: Iterable[Attachment] = (),
    secret: bool = False,
    reply_to: str | None = None,
    headers: Mapping[str, str] | None = None,
    network: SiteSettings | None = None,
) -> OutgoingEmail:
    """Write one message to one person; it leaves after the caller's transaction commits.

    `kind` is shown to staff as it stands: short, French ("inscription confirmée"). `template` names
    `<template>.subject.txt`, `.txt` and `.html` (which extends home/emails/base.html; without it the text gets an
    HTML twin). Of two messages with one `dedup_key`, the first row is returned and nothing more is sent.
    `secret` bodies (a code, a personal link) are forgotten once sent. `network` spares reading the settings again.
    """
    around = envelope(network)
    bodies = render(template, {**around, **context})
    extra = {name: clean_line(value) for name, value in (headers or {}).items()}
    if reply_to:
        extra["Reply-To"] = clean_line(reply_to)
    return put(
        to,
        dedup_key=dedup_key,
        kind=kind,
        subject=bodies.subject,
        text=bodies.text,
        html=bodies.html,
        attachments=[packed(attachment) for attachment in attachments],
        headers=extra,
        secret=secret,
        sender=sender(site_name=around["site_name"]),
    )


def put(to: str, *, dedup_key: str | None = None, **values: Any) -> OutgoingEmail:
    """Write the row and enqueue its delivery, together or not at all. A bad address is a failed row, for staff."""
    now = timezone.now()
    values |= {"queued_at": now, "due_at": now + TASK_LEASE, "message_id": new_message_id()}
    try:
        values["recipient"] = clean_address(to)
    except ValidationError as error:
        values |= {
            "recipient": clean_line(to)[:320],
            "state": OutgoingEmail.State.FAILED,
            "last_error": "Adresse refusée : " + " ".join(error.messages),
            "due_at": None,
        }
    # No savepoint: a caller's transaction stands or falls with its messages.
    with transaction.atomic(savepoint=False):
        row = (
            OutgoingEmail.objects.create(**values) if dedup_key is None else once(dedup_key, values)
        )
        if row.message_id == values["message_id"] and row.due_at:
            tasks.deliver.enqueue(row.pk)
    return row


def once(dedup_key: str, values: Mapping[str, Any]) -> OutgoingEmail:
    """The row of that key: this one, or the first. Two statements, where `get_or_create` makes four in a transaction."""
    row = OutgoingEmail(dedup_key=dedup_key, **values)
    OutgoingEmail.objects.bulk_create([row], ignore_conflicts=True)
    return OutgoingEmail.objects.only("message_id", "due_at").get(dedup_key=dedup_key)


def had_enough(*, kind: str, to: str) -> bool:
    """Whether this person was written such a message a moment ago, or often today, whatever became of it."""
    now = timezone.now()
    today = OutgoingEmail.objects.filter(
        recipient=to, kind=kind, created_at__gt=now - timedelta(days=1)
    )
    latest = list(today.values_list("created_at", flat=True)[:MOST_A_DAY])
    return len(latest) == MOST_A_DAY or any(at > now - BETWEEN for at in latest)


def new_message_id() -> str:
    return make_msgid(domain=urlsplit(settings.BASE_URL).hostname or "localhost")


def absolute_url(path: str) -> str:
    """The address to write in a message: never from the request's host, always from BASE_URL."""
    return urljoin(settings.BASE_URL + "/", path)


# Rendering


def preview(template: str, context: Mapping[str, Any]) -> Bodies:
    """What a message would say."""
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
    """Plain text: an apostrophe stays an apostrophe."""
    template: Any = get_template(template_name)
    return template.template.render(Context(dict(context), autoescape=False))


def html_twin(subject: str, text: str, around: Mapping[str, Any]) -> str:
    values = {**around, "subject": subject, "text": text.strip()}
    return get_template("home/emails/from_text.html").render(values)


def envelope(network: SiteSettings | None = None) -> dict[str, Any]:
    """What every message says about its sender."""
    network = network or SiteSettings.of_network()
    return {"site_name": network.name, "site_url": absolute_url("/")}


def sender(address: str = "", *, site_name: str) -> str:
    """From whom a message comes, with the site's name unless the address brings its own."""
    name, bare = parseaddr(address or settings.DEFAULT_FROM_EMAIL)
    return clean_line(str(Address(name or site_name, addr_spec=bare)))


# Messages of others


class OutboxBackend(BaseEmailBackend):
    """Every message that allauth, Wagtail or Django sends becomes rows, one per recipient.

    They are secret without exception: allauth's hold codes and links, and nobody promises which of them do not.
    A caller may name the row's `kind` by an attribute of the message.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        with transaction.atomic():
            for message in email_messages:
                values = row_values(message)
                for recipient in dict.fromkeys(message.recipients()):
                    put(recipient, **values)
        return len(email_messages)


def write_and_discard(message: EmailMessage) -> None:
    """The work of sending, and nothing sent or kept: the time of an answer must not tell whom the site knows (A16).

    The row is gone before the commit, and never has the moment that would let it leave.
    """
    address = clean_line(message.to[0])[:320]
    values = row_values(message) | {"recipient": address, "due_at": None}
    with transaction.atomic():
        row = OutgoingEmail.objects.create(
            queued_at=timezone.now(), message_id=new_message_id(), **values
        )
        OutgoingEmail.objects.filter(pk=row.pk).delete()


def row_values(message: EmailMessage) -> dict[str, Any]:
    subject = clean_line(str(message.subject))[:255]
    text, html = message_bodies(message)
    around = envelope()
    headers = {
        name: clean_line(str(value))
        for name, value in message.extra_headers.items()
        if name.lower() not in {"from", "to", "cc", "bcc", "message-id", "subject"}
    }
    if message.reply_to:
        headers["Reply-To"] = ", ".join(clean_line(str(address)) for address in message.reply_to)
    return {
        "kind": getattr(message, "kind", "message du site")[:60],
        "subject": subject,
        "text": text,
        "html": html or html_twin(subject, text, around),
        "attachments": [packed(unpack_part(part)) for part in message.attachments],
        "headers": headers,
        "secret": True,
        "sender": sender(message.from_email, site_name=around["site_name"]),
    }


def message_bodies(message: EmailMessage) -> tuple[str, str]:
    """Text and HTML; a message that has HTML only gets its text from the tags' content."""
    body = str(message.body)
    if message.content_subtype == "html":
        return text_of(body), body
    for alternative in getattr(message, "alternatives", []):
        content, mimetype = alternative
        if mimetype == "text/html":
            return body, str(content)
    return body, ""


def text_of(html: str) -> str:
    lines = (line.strip() for line in strip_tags(html).splitlines())
    return "\n".join(line for line in lines if line) + "\n"


def unpack_part(part: Any) -> Attachment:
    if isinstance(part, MIMEBase):
        content = part.get_payload(decode=True)
        return Attachment(
            part.get_filename() or "",
            content if isinstance(content, bytes) else b"",
            str(part["Content-Type"] or "application/octet-stream"),
        )
    name, content, mimetype = part
    data = content if isinstance(content, bytes) else str(content).encode()
    return Attachment(name or "", data, mimetype or "application/octet-stream")


# Leaving


def deliver(pk: int) -> None:
    """Send the row, unless another worker has it or it has left. Never raises for what a provider answers."""
    row = OutgoingEmail.objects.claim(pk, timezone.now())
    if row is None:
        return
    if row.claimed_at and row.queued_at < row.claimed_at - AGE_LIMIT:
        error = (
            "Message trop ancien : il n’est plus envoyé de lui-même, renvoyez-le s’il sert encore."
        )
        row.mark_failed(error, timezone.now(), retry=False)
        return
    try:
        transmit(row)
    except Exception as error:  # noqa: BLE001 -- whatever a provider raises becomes the row's error
        row.mark_failed(explain(error), timezone.now(), retry=not is_final(error))
    else:
        row.mark_sent(timezone.now())


def transmit(row: OutgoingEmail) -> None:
    connection = get_connection(settings.DELIVERY["backend"], **settings.DELIVERY["options"])
    if connection.send_messages([build(row)]) != 1:
        raise RuntimeError("Le serveur d’envoi n’a pas pris le message.")


class NamedMessage(EmailMultiAlternatives):
    """A message that knows under which name EmlFileBackend writes it."""

    file_name = ""


def build(row: OutgoingEmail) -> NamedMessage:
    message = NamedMessage(
        subject=row.subject,
        body=row.text,
        from_email=row.sender,
        to=[row.recipient],
        headers={"Message-ID": row.message_id, "Auto-Submitted": "auto-generated", **row.headers},
        attachments=[mime_part(packed_part) for packed_part in row.attachments],
    )
    message.attach_alternative(row.html, "text/html")
    message.file_name = (
        f"{timezone.localtime(row.queued_at):%Y%m%d-%H%M%S}-{slugify(row.kind)}-{row.pk}.eml"
    )
    return message


def packed(attachment: Attachment) -> dict[str, str]:
    return {
        "name": clean_line(attachment.name),
        "type": clean_line(attachment.content_type),
        "content": base64.b64encode(attachment.content).decode(),
    }


def mime_part(packed_part: Mapping[str, str]) -> MIMEBase:
    header = Message()
    header["Content-Type"] = packed_part["type"]
    part = MIMEBase(header.get_content_maintype(), header.get_content_subtype())
    for name, value in header.get_params(failobj=[])[1:]:
        part.set_param(name, value)
    part.set_payload(base64.b64decode(packed_part["content"]))
    encoders.encode_base64(part)
    title = packed_part["name"]
    part.add_header(
        "Content-Disposition",
        "attachment",
        filename=title if title.isascii() else ("utf-8", "", title),
    )
    return part


def explain(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "Le serveur d’envoi ne répond pas (connexion refusée)."
    if isinstance(error, TimeoutError):
        return "Le serveur d’envoi ne répond pas (délai dépassé)."
    return f"{type(error).__name__} : {error}"


def is_final(error: Exception) -> bool:
    """Whether trying again is useless: the server knows the message and refuses it for good (5xx)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _answer in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


def retry_due(at: datetime) -> None:
    """What the clock does each minute: enqueue what waits, mark what a killed worker left behind."""
    for row in OutgoingEmail.objects.abandoned(at):
        recover(row, at)
    for pk in OutgoingEmail.objects.due(at).values_list("pk", flat=True):
        with transaction.atomic():
            renewed = OutgoingEmail.objects.due(at).filter(pk=pk).update(due_at=at + TASK_LEASE)
            if renewed:
                tasks.deliver.enqueue(pk)


def recover(row: OutgoingEmail, at: datetime) -> None:
    """A message whose worker died leaves once more, with the same Message-ID, and never a third time."""
    if row.interrupted:
        row.mark_failed(INTERRUPTED, at, retry=False)
        return
    abandoned = OutgoingEmail.objects.abandoned(at).filter(pk=row.pk)
    abandoned.update(
        state=OutgoingEmail.State.QUEUED, interrupted=True, last_error=INTERRUPTED, due_at=at
    )


def withdraw(row: OutgoingEmail) -> None:
    """What still waits is not sent after all, and may be written anew; what a worker has already leaves."""
    OutgoingEmail.objects.waiting().filter(pk=row.pk).delete()


def forget(*, about: uuid.UUID) -> None:
    """Delete what was written about something, sent or not: the rows whose dedup key names it."""
    OutgoingEmail.objects.filter(dedup_key__contains=str(about)).delete()


def forget_recipient(email: str) -> None:
    """Delete all that was written to this address, sent or not."""
    OutgoingEmail.objects.filter(recipient__iexact=email).delete()


def forget_mentions(words: Iterable[str], *, at: datetime) -> None:
    """Empty what was sent to others and bears one of these words. The rows stay: their keys let nothing leave twice."""
    for word in filter(None, words):
        rows = OutgoingEmail.objects.naming(word)
        rows = OutgoingEmail.objects.filter(pk__in=list(rows.values_list("pk", flat=True)))
        rows.erase_bodies(at)
        rows.update(subject=FORGOTTEN, last_error="")


def withhold(*, about: uuid.UUID, to: str) -> None:
    """Delete what was written about something to an address that turns out to be wrong, where it has not left yet."""
    written = OutgoingEmail.objects.filter(recipient=to, dedup_key__contains=str(about))
    written.waiting().delete()


def resend(row: OutgoingEmail) -> bool:
    """Staff want a failed message to leave after all. False when its content is forgotten or it is on its way."""
    now = timezone.now()
    with transaction.atomic():
        failed = OutgoingEmail.objects.failed().filter(pk=row.pk, blanked_at__isnull=True)
        queued = failed.update(
            state=OutgoingEmail.State.QUEUED, attempts=0, queued_at=now, due_at=now + TASK_LEASE
        )
        if queued:
            tasks.deliver.enqueue(row.pk)
    return bool(queued)


class EmlFileBackend(BaseEmailBackend):
    """One `.eml` file per message: what the demonstration does instead of sending."""

    def __init__(self, file_path: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.folder = Path(file_path)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = getattr(message, "file_name", f"{uuid.uuid4()}.eml")
            unfinished = self.folder / f".{name}"
            unfinished.write_bytes(message.message().as_bytes())
            unfinished.replace(self.folder / name)
        return len(email_messages)
