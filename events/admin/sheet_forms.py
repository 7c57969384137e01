"""Forms of the papers of the day."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File

from events.models import SignInSheet
from events.registration.fields import PICTURES, DocumentField, shown_name
from events.sheets.absences import WrongNumbers, numbers_in
from home.forms.fields import PlainTextField

#: What a signed sheet may be photographed or scanned as.
SCANS = ("pdf", *PICTURES)
#: Photos sent at once: a body of the back office is limited to 40 MB.
MOST_PHOTOS = 12


class AbsencesForm(forms.Form):
    """Numbers of those who did not sign. `seen` stands for what the confirmation showed."""

    absent = PlainTextField(
        label="Tous sauf",
        required=False,
        max_length=1_000,
        help_text="Les numéros des personnes absentes, comme sur la feuille\u00a0: 4, 11-13. Laissez vide si tout le monde a signé.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, sheet: SignInSheet) -> None:
        super().__init__(data)
        self.sheet = sheet
        self.numbers: set[int] = set()

    def clean_absent(self) -> str:
        typed: str = self.cleaned_data["absent"]
        try:
            self.numbers = numbers_in(typed, self.sheet)
        except WrongNumbers as wrong:
            raise ValidationError(f"{wrong} Rien n’est noté.") from wrong
        return typed


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class ScanField(DocumentField):
    """A photo or a PDF of a signed sheet."""

    widget = ManyFilesInput

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"accept": ",".join(f".{extension}" for extension in SCANS)}

    def to_python(self, data: Any) -> File | None:
        extension = PurePath(getattr(data, "name", "") or "").suffix.lower().lstrip(".")
        if data and extension not in SCANS:
            raise ValidationError("Ce n’est ni une photo, ni un PDF.")
        return super().to_python(data)


class SheetPhotosForm(forms.Form):
    """Several photos at once. Those that are good are kept, whatever the others are."""

    photos = ScanField(label="Photos ou PDF de la feuille signée", required=False)

    def __init__(self) -> None:
        super().__init__()
        self.fields["photos"].help_text = "PDF, JPEG, PNG ou HEIC, 10\u00a0Mo au plus chacun."

    def sorted_out(self, sent: Sequence[File]) -> tuple[list[File], list[str]]:
        """Return the good files, and a sentence about each of the others."""
        good: list[File] = []
        problems = [] if sent else ["Choisissez au moins une photo."]
        for file in sent[:MOST_PHOTOS]:
            try:
                good.append(self.fields["photos"].clean(file))
            except ValidationError as wrong:
                problems.append(
                    f"«\u00a0{shown_name(file)}\u00a0»\u00a0: {' '.join(wrong.messages)}"
                )
        for file in sent[MOST_PHOTOS:]:
            problems.append(
                f"«\u00a0{shown_name(file)}\u00a0»\u00a0: {MOST_PHOTOS} fichiers au plus à la fois."
            )
        return good, problems
