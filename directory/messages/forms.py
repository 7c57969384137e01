"""The form of a message to a member."""

from django import forms

from home.forms.fields import PlainParagraphsField, PlainTextField


class WriteForm(forms.Form):
    """A message to a member, in plain text without attachments."""

    subject = PlainTextField(label="Objet", max_length=120)
    text = PlainParagraphsField(
        label="Message",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="2\u00a0000 signes au plus.",
    )
