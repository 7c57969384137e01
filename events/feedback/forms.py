"""The form of somebody who came: ready questions, a free line, a sentence to quote. All of it is optional."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.html import strip_tags

from events.feedback.answers import AlreadyQuoted, Sentence, given_by
from events.models import Registration, Testimony, Thanks
from events.models.enums import Naming, ReadyQuestion
from events.models.thanks import LONGEST_SENTENCE, testimony_of
from home.forms.fields import PlainParagraphsField, PlainTextField
from home.french.characters import one_line

CONSENT = (
    "J’accepte que le réseau cite cette phrase sur son site, signée comme je l’ai choisi. "
    "Je peux la retirer quand je veux, sur cette page."
)
TOO_LONG = f"Votre phrase est trop longue\u00a0: {LONGEST_SENTENCE} signes au plus, espaces comprises. Raccourcissez-la."
NOTHING = "Rien n’a été enregistré\u00a0: répondez à une question au moins, ou écrivez une phrase."
TOO_LATE = "Le temps de répondre à certaines questions est passé\u00a0: ces réponses ne peuvent plus être gardées."
#: Names of the fields of the sentence, in order.
SENTENCE = ("sentence", "naming", "role", "consent")


class FeedbackForm(forms.Form):
    use_required_attribute = False

    remark = PlainParagraphsField(
        label="Une remarque, une idée pour la suite",
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Lue par l’équipe, sans votre nom.",
    )
    sentence = PlainParagraphsField(
        label="Ce que je retiens, en une phrase",
        required=False,
        # Not `max_length`, whose attribute makes browsers cut a pasted text without a word.
        max_length=None,
        validators=[MaxLengthValidator(LONGEST_SENTENCE, TOO_LONG)],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"{LONGEST_SENTENCE} signes au plus. Le compte rendu pourra la citer.",
    )
    naming = forms.ChoiceField(
        label="Signer avec",
        choices=Naming.choices,
        required=False,
        widget=forms.RadioSelect,
        initial=Naming.FULL,
    )
    role = PlainTextField(
        label="Votre fonction",
        required=False,
        max_length=160,
        help_text="Par exemple\u00a0: conseillère municipale, Arras.",
    )
    consent = forms.BooleanField(label=CONSENT, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        registration: Registration,
        letter: Thanks,
        now: datetime,
        chosen: Mapping[str, str],
    ) -> None:
        super().__init__(data, auto_id="retour-%s", label_suffix="")
        self.questions = letter.open_questions(now)
        given = given_by(registration)
        asked = {question.value: question_field(question) for question in self.questions}
        for key, field in asked.items():
            field.initial = chosen.get(key) or given.get(key)
        self.fields = {**asked, **self.fields}
        self.fields["remark"].initial = given.get("", "")
        if not letter.takes_remarks(now):
            del self.fields["remark"]
        testimony = testimony_of(registration)
        self.had_given = bool(given or testimony)
        self.fields["role"].initial = registration.organisation
        if testimony:
            self.initial = {
                "sentence": testimony.text, "naming": testimony.naming, "role": testimony.role,
                "consent": True,
            }  # fmt: skip
        #: The sentence that the recap quotes: it can be withdrawn, not changed.
        self.quoted = testimony if testimony and testimony.quoted else None
        if self.quoted:
            for name in SENTENCE:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.refuse_what_is_not_kept(cleaned)
        if not cleaned.get("sentence"):
            return cleaned
        if not cleaned.get("consent"):
            self.add_error(
                "consent", "Cochez la case pour donner votre phrase, ou effacez la phrase."
            )
        if not cleaned.get("naming"):
            self.add_error("naming", "Dites comment signer votre phrase.")
        if cleaned.get("naming") == Naming.ROLE and not cleaned.get("role"):
            self.add_error("role", "Écrivez votre fonction, ou choisissez une autre signature.")
        return cleaned

    def refuse_what_is_not_kept(self, cleaned: Mapping[str, Any]) -> None:
        """Say what no thanks may follow: what closed or was quoted while the form was open, and an empty form."""
        asked = [one.value for one in self.questions]
        lines = [*ReadyQuestion.values, "remark"]
        late = [name for name in lines if name not in self.fields and self.data.get(name)]
        if late:
            self.add_error(None, TOO_LATE)
        elif self.quoted and self.changes(self.quoted):
            self.add_error(None, AlreadyQuoted.sentence)
        elif not self.had_given and not any(
            cleaned.get(name) or self[name].errors
            for name in (*asked, "remark", "sentence")
            if name in self.fields
        ):
            self.add_error(None, NOTHING)

    def changes(self, quoted: Testimony) -> bool:
        """Return whether the form, which was opened before the sentence was quoted, says something else of it."""
        if "sentence" not in self.data:
            return False
        posted = {name: one_line(self.data.get(name, "")) for name in SENTENCE}
        return (
            plain_sentence(posted["sentence"]) != quoted.text
            or posted["naming"] != quoted.naming
            or (quoted.naming != Naming.ANONYMOUS and posted["role"] != quoted.role)
            or not posted["consent"]
        )

    def answers(self) -> dict[ReadyQuestion, str]:
        return {one: self.cleaned_data.get(one.value, "") for one in self.questions}

    def given_remark(self) -> str | None:
        """Return the free line, empty if it was emptied, or None if the posted form had none."""
        return self.cleaned_data.get("remark") if "remark" in self.data else None

    def drops_sentence(self) -> bool:
        """Return whether the sentence was emptied, rather than not in the posted form."""
        return "sentence" in self.data and self.cleaned_data.get("sentence") == ""

    def given_sentence(self) -> Sentence | None:
        if not self.cleaned_data.get("sentence"):
            return None
        return Sentence(
            text=plain_sentence(self.cleaned_data["sentence"]),
            naming=Naming(self.cleaned_data["naming"]),
            role=self.cleaned_data["role"],
            consent=CONSENT,
        )

    def question_fields(self) -> list[Any]:
        return [self[one.value] for one in self.questions]

    def sentence_fields(self) -> list[Any]:
        return [self[name] for name in SENTENCE if name in self.fields]


def plain_sentence(typed: str) -> str:
    return " ".join(strip_tags(typed).split())


def question_field(question: ReadyQuestion) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=question.label,
        choices=question.answers,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choisissez une des réponses proposées."},
    )
