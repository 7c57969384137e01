"""Forms of the check of an attestation."""

from django import forms

from events.models.certificate import CODE_LENGTH, read_code
from home.forms.fields import PlainTextField


class CodeForm(forms.Form):
    code = PlainTextField(
        label="Code de l’attestation",
        max_length=40,
        help_text=f"{CODE_LENGTH} lettres et chiffres, en bas du document. Les espaces et les majuscules ne comptent pas.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Écrivez le code de l’attestation."},
    )

    def clean_code(self) -> str:
        code = read_code(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(
                f"Ce n’est pas le code d’une attestation\u00a0: il a {CODE_LENGTH} lettres et chiffres, en bas du document."
            )
        return code


class SurnameForm(forms.Form):
    surname = PlainTextField(
        label="Nom de famille écrit sur l’attestation",
        max_length=120,
        help_text="Ou le prénom et le nom. Le site répond seulement s’il correspond.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Écrivez le nom de famille que vous lisez sur le document."},
    )
