"""Delivery of outbox rows through the backend of DELIVERY_URL."""

import base64
from collections.abc import Mapping
from email import encoders
from email.message import Message
from email.mime.base import MIMEBase

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone
from django.utils.text import slugify
from django_tasks import task

from home.mail.addresses import deliverable
from home.mail.failures import failure_of
from home.models.mail import Failure, OutgoingEmail, Reason

TOO_OLD = Failure(
    Reason.OLD,
    "Message trop ancien : il n’est plus envoyé de lui-même, renvoyez-le s’il sert encore.",
)


def deliver(pk: int) -> None:
    """Send a row, unless it is already sent or claimed by another worker.

    A provider's error is recorded on the row, never raised.
    """
    row = OutgoingEmail.objects.claim(pk, timezone.now())
    if row is None:
        return
    if row.is_old:
        row.mark_failed(TOO_OLD, timezone.now())
        return
    try:
        transmit(row)
    except Exception as error:  # noqa: BLE001 -- whatever a provider raises becomes the row's error
        record(failure_of(error), row)
    else:
        row.mark_sent(timezone.now())


def record(failure: Failure, row: OutgoingEmail) -> None:
    if failure.reason == Reason.INTERRUPTED:
        row.mark_interrupted(timezone.now())
    else:
        row.mark_failed(failure, timezone.now())


@task()
def deliver_row(pk: int) -> None:
    """Deliver a row. Enqueued by `home.mail.outbox`."""
    deliver(pk)


def transmit(row: OutgoingEmail) -> None:
    connection = get_connection(settings.DELIVERY["backend"], **settings.DELIVERY["options"])
    if connection.send_messages([build(row)]) != 1:
        raise RuntimeError("Le serveur d’envoi n’a pas pris le message.")


class NamedMessage(EmailMultiAlternatives):
    """A message with the file name that EmlFileBackend uses."""

    file_name = ""


def build(row: OutgoingEmail) -> NamedMessage:
    message = NamedMessage(
        subject=row.subject,
        body=row.text,
        from_email=row.sender,
        to=[deliverable(row.recipient)],
        headers={"Message-ID": row.message_id, "Auto-Submitted": "auto-generated", **row.headers},
        attachments=[mime_part(packed_part) for packed_part in row.attachments],
    )
    message.attach_alternative(row.html, "text/html")
    message.file_name = (
        f"{timezone.localtime(row.queued_at):%Y%m%d-%H%M%S}-{slugify(row.kind)}-{row.pk}.eml"
    )
    return message


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
