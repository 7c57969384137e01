"""The form of one's own card."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from directory.cards.photos import clean_photo
from directory.models import Member
from directory.models.visibility import ME, MEMBERS, visibility_of
from home.forms.fields import MailAddressField, PlainParagraphsField, PlainTextField, PlainURLField


class OwnCardForm(forms.ModelForm):
    """Edits the fields of one's own card. Each optional field has a checkbox that shows it to other members."""

    first_name = PlainTextField(label="Prénom", max_length=80)
    last_name = PlainTextField(label="Nom", max_length=80)
    role = PlainTextField(label="Fonction", max_length=120, required=False)
    city = PlainTextField(label="Commune", max_length=120, required=False)
    presentation = PlainParagraphsField(
        label="Présentation",
        max_length=2000,
        required=False,
        help_text="Ce que vous faites, en quelques phrases.",
    )
    offers = PlainParagraphsField(
        label="Je propose",
        max_length=1000,
        required=False,
        help_text="Ce que vous pouvez apporter aux autres membres.",
    )
    seeks = PlainParagraphsField(
        label="Je cherche",
        max_length=1000,
        required=False,
        help_text="Ce que vous aimeriez trouver dans le réseau.",
    )
    phone = PlainTextField(label="Téléphone", max_length=30, required=False)
    email = MailAddressField(
        label="Adresse e-mail de contact",
        required=False,
        help_text="Elle n’est jamais écrite dans une page du site.",
    )
    website = PlainURLField(
        label="Site web",
        required=False,
        assume_scheme="https",
        help_text="Par exemple www.exemple.fr",
    )
    photo = forms.FileField(
        label="Photo",
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*,.heic,.heif,.avif"}),
        help_text="JPEG, PNG, WebP, GIF, AVIF ou HEIC, 5 Mo au plus. Ce que l’appareil y a inscrit (lieu, date) est "
        "retiré.",
    )
    remove_photo = forms.BooleanField(label="Retirer ma photo", required=False)

    class Meta:
        model = Member
        fields = [
            "first_name", "last_name", "role", "city", "territory", "themes", "presentation",
            "offers", "seeks", "phone", "email", "website",
        ]  # fmt: skip
        labels = {
            "territory": "Territoire",
            "themes": "Thèmes",
        }
        widgets = {
            "themes": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.old_photo = self.instance.photo.name
        if not self.old_photo:
            del self.fields["remove_photo"]
        for name in self.instance.optional_fields:
            self.fields[self.shown_name(name)] = forms.BooleanField(
                label="Montrer aux autres membres",
                required=False,
                initial=visibility_of(self.instance, name) == MEMBERS,
            )

    @staticmethod
    def shown_name(name: str) -> str:
        return f"montrer_{name}"

    def rows(self) -> list[tuple[Any, Any]]:
        """Return (field, visibility checkbox) pairs, with None for fields that are always shown."""
        shown = {name for name in self.fields if name.startswith("montrer_")}
        return [
            (self[name], self[self.shown_name(name)] if self.shown_name(name) in shown else None)
            for name in self.fields
            if name not in shown
        ]

    def clean_photo(self) -> ContentFile | None:
        upload = self.cleaned_data.get("photo")
        return clean_photo(upload) if upload else None

    def clean_website(self) -> str:
        address = self.cleaned_data.get("website") or ""
        if address and not address.startswith(("http://", "https://")):
            raise ValidationError("L’adresse commence par https:// ou http://.")
        return address

    def visibility(self) -> dict[str, str]:
        return {
            name: MEMBERS if self.cleaned_data[self.shown_name(name)] else ME
            for name in self.instance.optional_fields
        }
