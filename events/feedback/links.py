"""The link of each person present to the page where they answer. It opens nothing else."""

from uuid import UUID

from django.core import signing
from django.urls import reverse

from events.models import Registration
from home.mail.outbox import absolute_url
from home.secret_links import read_signed

SALT = "events.feedback"


def feedback_url(registration: Registration) -> str:
    token = signing.dumps(str(registration.uuid), salt=SALT)
    return absolute_url(reverse("feedback", args=[token]))


def registration_behind(token: str) -> Registration | None:
    """Return the registration of a link, erased or not, or None if the token is not ours."""
    uuid = read_signed(token, salt=SALT, max_age=None)
    if not isinstance(uuid, str):
        return None
    return Registration.objects.select_related("event").filter(uuid=UUID(uuid)).first()
