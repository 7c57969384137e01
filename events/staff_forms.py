"""Forms of the back office about registrations."""

from typing import Any

from django import forms

from events.models import EventChange
from home.abuse import PlainParagraphsField


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
