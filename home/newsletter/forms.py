"""The newsletter subscription form."""

from django import forms

from home.forms.fields import MailAddressField
from home.forms.honeypot import TrapMixin
from home.newsletter.subscriptions import CONSENT, CONSENT_DETAIL


class LetterForm(TrapMixin):
    email = MailAddressField()
    consent = forms.BooleanField(
        label=CONSENT,
        help_text=CONSENT_DETAIL,
        error_messages={"required": "Cochez la case pour recevoir la lettre."},
    )
