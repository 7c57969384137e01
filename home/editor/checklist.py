"""« Avant de publier »: the list, on the screen of each page, of what blocks its publication and what is worth a look.

It is there for the latest draft, and for what was just sent and refused: then the errors of the form come first, each
with a link to its field or block.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from wagtail.admin.panels import TabbedInterface
from wagtail.blocks.stream_block import StreamBlockValidationError, StreamValue

from home.editor.content_checks import ROWS, Fault, Remark

UUID_LENGTH = 36
#: The part of a field that takes the focus.
CONTROL = ":is(input:not([type=hidden]), select, textarea, [contenteditable])"


@dataclass(frozen=True)
class Spot:
    """A place to correct: its words, and the name of a field or the identifier of a block."""

    words: str
    place: str = ""

    @property
    def anchor(self) -> str:
        """Return the id of the element, by which Wagtail opens its tab too."""
        if not self.place:
            return ""
        return (
            f"block-{self.place}-section" if len(self.place) == UUID_LENGTH else f"id_{self.place}"
        )

    @property
    def target(self) -> str:
        if not self.place or self.place.endswith(ROWS):
            return f"#{self.anchor}" if self.place else ""
        at = f'[data-contentpath="{self.place}"]'
        return at if len(self.place) == UUID_LENGTH else f"{at} {CONTROL}"


@dataclass
class Line:
    """A fault of the page, with the spots where it was found."""

    title: str
    advice: str = ""
    criterion: str = ""
    spots: list[Spot] = field(default_factory=list)


@dataclass(frozen=True)
class Checklist:
    blocking: list[Line]
    advised: list[Line]
    #: Whether it says why what was sent was refused, which a later draft, kept with fewer checks, does not know.
    refused: bool = False

    @property
    def number(self) -> int:
        return len(self.blocking) + len(self.advised)


def checklist_of(page: Any, form: Any = None) -> Checklist | None:
    """Return the checklist of a page as its form shows it; None for a page that was never saved."""
    if page.pk is None or not hasattr(page, "remarks"):
        return None
    remarks = list(page.remarks())
    names = names_of(page)
    blocking = lines_of((one for one in remarks if one.fault.blocks), names)
    refused = form is not None and form.is_bound and bool(form.errors)
    if refused:
        blocking = list(error_lines(form))
    advised = lines_of((one for one in remarks if not one.fault.blocks), names)
    return Checklist(blocking, advised, refused)


def names_of(page: Any) -> dict[str, str]:
    """Return what editors call each place: the name of a field, the label of a block with its number among the like."""
    names = {one.name: str(getattr(one, "verbose_name", "Voir")) for one in page._meta.get_fields()}
    body = getattr(page, "body", None)
    met: Counter[str] = Counter()
    for child in body if isinstance(body, StreamValue) else []:
        label = str(child.block.label)
        met[label] += 1
        names[child.id] = label if met[label] == 1 else f"{label} {met[label]}"
    return names


def lines_of(remarks: Iterable[Remark], names: dict[str, str]) -> list[Line]:
    """Return one line for each fault, in the order in which faults are declared."""
    lines: dict[Fault, Line] = {}
    for remark in remarks:
        fault = remark.fault
        line = lines.setdefault(fault, Line(fault.title, fault.advice, fault.criterion))
        line.spots.append(Spot(remark.words or names.get(remark.place, "Voir"), remark.place))
    return [lines[fault] for fault in Fault if fault in lines]


def error_lines(form: Any) -> Iterator[Line]:
    for name, errors in form.errors.as_data().items():
        label = form.fields[name].label if name in form.fields else ""
        yield Line(
            label or "La page",
            spots=[spot for error in errors for spot in spots_of(name, form, error)],
        )
    for name, formset in form.formsets.items():
        kept = [one for one in formset.forms if one.errors and one not in formset.deleted_forms]
        for inner in kept:
            sentences = [sentence for errors in inner.errors.values() for sentence in errors]
            yield Line(str(inner.instance), spots=[Spot(one, name + ROWS) for one in sentences])
        whole = formset.non_form_errors()
        if whole:
            yield Line("La page", spots=[Spot(sentence, name + ROWS) for sentence in whole])


def spots_of(name: str, form: Any, error: ValidationError) -> Iterator[Spot]:
    """Yield the spots of an error of a field: of each block, for a body."""
    value = form.cleaned_data.get(name) or getattr(form.instance, name, None)
    if not isinstance(error, StreamBlockValidationError):
        place = name if name in form.fields else ""
        yield from (Spot(sentence, place) for sentence in error.messages)
        return
    for position, inner in error.block_errors.items():
        child = (
            value[position] if isinstance(value, StreamValue) and position < len(value) else None
        )
        label = child.block.label if child else ""
        yield Spot(f"{label}\u00a0: {first_sentence(inner)}", (child.id or name) if child else name)
    yield from (Spot(sentence, name) for sentence in error.non_block_errors)


def first_sentence(error: ValidationError) -> str:
    """Return the first sentence of an error, through the blocks in which it was found."""
    inner = getattr(error, "block_errors", None) or getattr(error, "cell_errors", None)
    while isinstance(inner, dict) and inner:
        error = next(iter(inner.values()))
        inner = error if isinstance(error, dict) else getattr(error, "block_errors", None)
    own = getattr(error, "non_block_errors", None)
    return str(own[0] if own else error.messages[0])


class SiteTabs(TabbedInterface):
    """The tabs of a page's form, below its checklist."""

    class BoundPanel(TabbedInterface.BoundPanel):
        template_name = "home/admin/site_tabs.html"

        @property
        def media(self) -> forms.Media:
            return super().media + forms.Media(
                css={"all": ["back_office/checklist.css"]},
                js=["back_office/checklist.js", "back_office/same_tab.js"],
            )

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | {"checklist": checklist_of(self.instance, self.form)}
