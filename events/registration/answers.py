"""A registrant's personal data and answers, in one class for all code that reads or writes them.

A new column that people fill in is a field of `Answers` and of `events.registration.forms.PersonForm`:
it is then registered, corrected by staff, changed by its owner, exported and erased with the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from django.core.files.base import File

from events.models import Registration
from home.mail.addresses import normal_address

#: Keys of each answer to an editor's question; see `events.registration.questions.answers_in`.
PARTS = {"label", "retention", "value"}


@dataclass(frozen=True)
class Answers:
    """Everything a person typed. `Answers()` is an erased person."""

    name: str = ""
    email: str = ""
    organisation: str = ""
    #: By question UUID; stored in `Registration.answers`.
    to_questions: Mapping[str, Any] = field(default_factory=dict, kw_only=True)
    #: New documents, by question UUID. Not a column: the answer is the document's name.
    documents: Mapping[str, File] = field(default_factory=dict, kw_only=True)

    @classmethod
    def of(cls, registration: Registration) -> "Answers":
        person = {name: getattr(registration, name) for name in PERSON}
        return cls(**person, to_questions=registration.answers)

    @property
    def person(self) -> dict[str, str]:
        """Personal data by column name, without the answers to questions."""
        return {name: getattr(self, name) for name in PERSON}

    def write_on(self, registration: Registration) -> list[str]:
        """Set these on the registration, which the caller saves; return the names of the changed columns.

        Names only, never values: they are logged, and the log holds no personal data.
        """
        new = self.person | {
            "email": normal_address(self.email),
            "answers": dict(self.to_questions),
        }
        changed = [name for name, value in new.items() if getattr(registration, name) != value]
        for name in changed:
            setattr(registration, name, new[name])
        return changed

    def without_documents(self) -> "Answers":
        """Return a copy without documents and the answers that name them."""
        kept = {key: one for key, one in self.to_questions.items() if key not in self.documents}
        return replace(self, to_questions=kept, documents={})

    def as_plain(self) -> dict[str, Any]:
        """Return strings and dictionaries only, for a cache shared between releases. Documents are left out."""
        kept = self.without_documents()
        return kept.person | {"to_questions": dict(kept.to_questions)}

    @classmethod
    def from_plain(cls, values: object) -> "Answers | None":
        """Rebuild from `as_plain`, or return None if the value is not in this release's format."""
        empty = cls().as_plain()
        if not isinstance(values, dict) or values.keys() != empty.keys():
            return None
        if any(type(values[name]) is not type(one) for name, one in empty.items()):
            return None
        given = values["to_questions"].values()
        if not all(isinstance(one, dict) and one.keys() == PARTS for one in given):
            return None
        return cls(**values)


#: Names of the columns of personal data.
PERSON = tuple(one.name for one in fields(Answers) if one.name not in ("to_questions", "documents"))
