"""Django e-mail backends: the outbox (EMAIL_BACKEND), and `.eml` files for the demonstration."""

import uuid
from collections.abc import Sequence
from email.mime.base import MIMEBase
from pathlib import Path
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone
from django.utils.html import strip_tags

from home.mail.addresses import clean_line
from home.mail.outbox import (
    Attachment,
    envelope,
    html_twin,
    new_message_id,
    packed,
    put,
    sender,
    signed,
)
from home.models.mail import OutgoingEmail, Priority


class OutboxBackend(BaseEmailBackend):
    """Write the messages of allauth, Wagtail and Django to the outbox, one row per recipient.

    All rows are marked secret, because allauth's messages contain codes and links, and leave first. A message may set the row's `kind`
    by an attribute of that name.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        with transaction.atomic():
            for message in email_messages:
                values = row_values(message)
                for recipient in dict.fromkeys(message.recipients()):
                    put(recipient, **values)
        return len(email_messages)


def write_and_discard(message: EmailMessage) -> None:
    """Do the work of sending without sending, so that response times do not reveal which addresses are known (A16).

    The row is deleted before the commit and has no `due_at`, so it can never be sent.
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
        "area": getattr(message, "area", OutgoingEmail.Area.SITE),
        "subject": subject,
        "text": text if html else signed(text, around),
        "html": html or html_twin(subject, text, around),
        "attachments": [packed(unpack_part(part)) for part in message.attachments],
        "headers": headers,
        "secret": True,
        "priority": Priority.CODE,
        "sender": sender(message.from_email, site_name=around["site_name"]),
    }


def message_bodies(message: EmailMessage) -> tuple[str, str]:
    """Return the text and HTML bodies. The text of an HTML-only message is its HTML without tags."""
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


class EmlFileBackend(BaseEmailBackend):
    """Write each message to an `.eml` file in `file_path` instead of sending it."""

    def __init__(self, file_path: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.folder = Path(file_path)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            name = getattr(message, "file_name", f"{uuid.uuid4()}.eml")
            unfinished = self.folder / f".{name}"
            unfinished.write_bytes(message.message().as_bytes())
            unfinished.replace(self.folder / name)
        return len(email_messages)
