"""Delivery of outbox rows through the backend of DELIVERY_URL."""

import base64
import smtplib
from collections.abc import Mapping
from email import encoders
from email.message import Message
from email.mime.base import MIMEBase

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone
from django.utils.text import slugify
from django_tasks import task

from home.models.mail import AGE_LIMIT, OutgoingEmail


def deliver(pk: int) -> None:
    """Send a row, unless it is already sent or claimed by another worker.

    A provider's error is recorded on the row, never raised.
    """
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
        to=[row.recipient],
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


def explain(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "Le serveur d’envoi ne répond pas (connexion refusée)."
    if isinstance(error, TimeoutError):
        return "Le serveur d’envoi ne répond pas (délai dépassé)."
    return f"{type(error).__name__} : {error}"


def is_final(error: Exception) -> bool:
    """Return whether the server rejected the message permanently (SMTP 5xx), so that retrying is useless."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _answer in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500
