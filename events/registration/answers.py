"""What people say of themselves when they register: the one list of it, for whoever reads or writes a registration.

A new column that people fill in is a field of `Answers` and a field of `events.registration.forms.PersonForm`: it is
then registered, corrected by staff, changed by its holder, exported and erased with the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from django.core.files.base import File

from events.models import Registration
from events.models.registration import normalise_email

#: What each answer to a question of the editor says; see `events.registration.questions.answers_in`.
PARTS = {"label", "retention", "value"}


@dataclass(frozen=True)
class Answers:
    """A person's own words. `Answers()` is somebody of whom nothing is known any more."""

    name: str = ""
    email: str = ""
    organisation: str = ""
    #: By the UUID of the question. The column of the registration is called `answers`.
    to_questions: Mapping[str, Any] = field(default_factory=dict, kw_only=True)
    #: New documents, by the UUID of the question that they answer with their name. They stand in no column.
    documents: Mapping[str, File] = field(default_factory=dict, kw_only=True)

    @classmethod
    def of(cls, registration: Registration) -> "Answers":
        person = {name: getattr(registration, name) for name in PERSON}
        return cls(**person, to_questions=registration.answers)

    @property
    def person(self) -> dict[str, str]:
        """Who it is, by column: all but the answers to the editor's questions."""
        return {name: getattr(self, name) for name in PERSON}

    def write_on(self, registration: Registration) -> list[str]:
        """Make them those of the registration, which the caller saves; the columns that differ.

        By name and never by value: the log, which keeps them, holds nobody's words.
        """
        new = self.person | {
            "email": normalise_email(self.email),
            "answers": dict(self.to_questions),
        }
        changed = [name for name, value in new.items() if getattr(registration, name) != value]
        for name in changed:
            setattr(registration, name, new[name])
        return changed

    def without_documents(self) -> "Answers":
        """What may wait in a cache: no document, and no answer that is the name of one."""
        kept = {key: one for key, one in self.to_questions.items() if key not in self.documents}
        return replace(self, to_questions=kept, documents={})

    def as_plain(self) -> dict[str, Any]:
        """Text and dictionaries alone, as a cache keeps them from one release to the next. Documents stay behind."""
        kept = self.without_documents()
        return kept.person | {"to_questions": dict(kept.to_questions)}

    @classmethod
    def from_plain(cls, values: object) -> "Answers | None":
        """None unless it is what `as_plain` of this release wrote: a cache outlives a release."""
        empty = cls().as_plain()
        if not isinstance(values, dict) or values.keys() != empty.keys():
            return None
        if any(type(values[name]) is not type(one) for name, one in empty.items()):
            return None
        given = values["to_questions"].values()
        if not all(isinstance(one, dict) and one.keys() == PARTS for one in given):
            return None
        return cls(**values)


#: The columns that say who it is.
PERSON = tuple(one.name for one in fields(Answers) if one.name not in ("to_questions", "documents"))
