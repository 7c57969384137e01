"""Forms to ask to join and to invite a colleague."""

from typing import Any

from django import forms

from directory.models import Territory
from home.forms.fields import MailAddressField, PlainParagraphsField, PlainTextField
from home.forms.honeypot import TrapMixin


class InviteForm(TrapMixin, forms.Form):
    """The form to invite a colleague, with a personal message."""

    first_name = PlainTextField(label="Son prénom", max_length=80)
    last_name = PlainTextField(label="Son nom", max_length=80)
    email = MailAddressField(label="Son adresse e-mail")
    word = PlainParagraphsField(
        label="Un mot de votre part",
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="400\u00a0signes au plus. Il est dans le message, signé de votre nom.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first_name", "last_name", "email"):  # not the visitor's own
            self.fields[name].widget.attrs["autocomplete"] = "off"


def departments() -> Any:
    return Territory.objects.filter(kind=Territory.Kind.DEPARTMENT)


class JoinForm(TrapMixin, forms.Form):
    """The form to ask to join. No checkbox is ticked by default, since they record consent."""

    first_name = PlainTextField(label="Prénom", max_length=80)
    last_name = PlainTextField(label="Nom", max_length=80)
    email = MailAddressField(
        help_text="Une adresse à vous\u00a0: deux personnes n’entrent pas avec la même, celle d’un service par exemple."
    )
    organisation = PlainTextField(
        label="Organisation",
        max_length=200,
        required=False,
        help_text="Commune, association, collectif… ou rien, si vous venez en votre nom.",
    )
    role = PlainTextField(label="Fonction", max_length=120, required=False)
    territory = forms.ModelChoiceField(
        label="Territoire",
        queryset=departments(),
        required=False,
        empty_label="Choisissez un département",
    )
    reason = PlainParagraphsField(
        label="Pourquoi rejoindre le réseau ?",
        max_length=600,
        help_text="600 signes au plus.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    charter = forms.BooleanField(
        label="J’ai lu la charte et je l’accepte.",
        error_messages={"required": "Pour rejoindre le réseau, il faut accepter sa charte."},
    )
    letter = forms.BooleanField(label="Je souhaite aussi recevoir la lettre.", required=False)
    invitation = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value in {
            "first_name": "given-name",
            "last_name": "family-name",
            "organisation": "organization",
            "role": "organization-title",
        }.items():
            self.fields[name].widget.attrs["autocomplete"] = value
