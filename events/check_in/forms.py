"""Form of a person who comes without having registered."""

from django import forms

from events.registration.answers import Answers
from events.registration.forms import PersonForm
from home.forms.fields import MailAddressField, PlainTextField


class WalkInForm(PersonForm):
    """Written by the door for somebody else: the address is optional, and their consent is asked aloud."""

    use_required_attribute = True
    name = PlainTextField(
        label="Prénom et nom",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Écrivez le prénom et le nom de la personne."},
    )
    email = MailAddressField(
        label="Adresse e-mail",
        required=False,
        help_text="Pour recevoir le message de remerciement.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    organisation = PlainTextField(
        label="Structure",
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    consent = forms.BooleanField(
        label="La personne est d’accord pour que ces informations soient gardées avec les inscriptions de cet événement.",
        error_messages={
            "required": "Demandez à la personne si elle est d’accord, puis cochez la case."
        },
    )

    def answers(self) -> Answers:
        return Answers(**self.person())
