"""Forms of the directory: one's own card, and the request to join."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from directory.cards.photos import clean_photo
from directory.models import Member, Territory
from directory.models.visibility import ME, MEMBERS, visibility_of
from home.forms.fields import MailAddressField, PlainParagraphsField, PlainTextField
from home.forms.honeypot import TrapMixin


class OwnCardForm(forms.ModelForm):
    """Every field that someone may change of their own card, named one by one; each optional one says who reads it."""

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
    website = forms.URLField(
        label="Site web",
        required=False,
        assume_scheme="https",
        help_text="Par exemple www.exemple.fr",
    )
    photo = forms.FileField(
        label="Photo",
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text="JPEG, PNG ou WebP, 5 Mo au plus. Ce que l’appareil y a inscrit (lieu, date) est retiré.",
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
            "email": "Adresse e-mail de contact",
        }
        help_texts = {
            "email": "Elle n’est jamais écrite dans une page du site.",
        }
        widgets = {
            "themes": forms.CheckboxSelectMultiple,
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
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
        """Each field with its choice of readers, None for the name."""
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


class WriteForm(forms.Form):
    """A message to a member: plain words, nothing attached."""

    subject = PlainTextField(label="Objet", max_length=120)
    text = PlainParagraphsField(
        label="Message",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="2\u00a0000 signes au plus.",
    )


class InviteForm(TrapMixin, forms.Form):
    """A colleague who is not a member yet, and a word for them."""

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
        for name in ("first_name", "last_name", "email"):  # somebody else's
            self.fields[name].widget.attrs["autocomplete"] = "off"


def departments() -> Any:
    return Territory.objects.filter(kind=Territory.Kind.DEPARTMENT)


class JoinForm(TrapMixin, forms.Form):
    """The request to join. Nothing is ticked beforehand."""

    first_name = PlainTextField(label="Prénom", max_length=80)
    last_name = PlainTextField(label="Nom", max_length=80)
    email = MailAddressField()
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
