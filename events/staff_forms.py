"""Forms of the back office about registrations."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms

from events.models import EventChange, EventPage, GroupMessage, Session
from home.abuse import PlainParagraphsField, PlainTextField


class AnnouncementForm(forms.Form):
    """A word to add to the message, and the publication that was read before answering."""

    note = PlainParagraphsField(
        label="Un mot à ajouter au message",
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Facultatif\u00a0: pourquoi, et ce qu’il faut faire.",
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, change: EventChange) -> None:
        self.published = change.published_at.isoformat()
        super().__init__(data, initial={"note": change.note, "seen": self.published})

    def clean_seen(self) -> str:
        if self.cleaned_data["seen"] != self.published:
            # Shown with the new version, which is then the one that was read.
            self.data = {**self.data, "note": self.cleaned_data["note"], "seen": self.published}
            raise forms.ValidationError(
                "L’événement a été publié de nouveau entre-temps\u00a0: relisez le message."
            )
        return self.published


class GroupMessageForm(forms.Form):
    """Who is written to and what. `seen` says which message, to how many, was read before « Envoyer »."""

    audience = forms.ChoiceField(
        label="À qui", choices=GroupMessage.Audience.choices, widget=forms.RadioSelect
    )
    session = forms.ModelChoiceField(
        label="De quelle session",
        queryset=Session.visible.none(),
        required=False,
        empty_label="toutes",
    )
    subject = PlainTextField(label="Objet", max_length=150)
    text = PlainParagraphsField(
        label="Texte",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="« Bonjour » et le nom de la personne sont ajoutés au début, l’événement et votre adresse à la fin.",
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, event: EventPage) -> None:
        super().__init__(data, initial={"key": uuid4(), "audience": "confirmed"})
        self.event = event
        sessions: Any = self.fields["session"]
        sessions.queryset = event.sessions.all()
        if not event.sessions.exists():
            del self.fields["session"]

    def message(self, *, by: Any, at: datetime) -> GroupMessage:
        """What a valid form says, not written yet."""
        return GroupMessage(
            event=self.event,
            session=self.cleaned_data.get("session"),
            uuid=self.cleaned_data["key"],
            audience=self.cleaned_data["audience"],
            subject=self.cleaned_data["subject"],
            text=self.cleaned_data["text"],
            written_at=at,
            written_by=by,
        )

    def was_read(self, fingerprint: str) -> bool:
        return self.cleaned_data["seen"] == fingerprint
