"""Questions of an event's registration form."""

from typing import Any
from uuid import uuid4

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.contrib.forms.models import AbstractFormField

from events.models.enums import AnswerRetention, QuestionPurpose, ReportSubject
from events.models.registration import words_of

QUESTION_TYPES = [
    ("singleline", "texte court"),
    ("multiline", "texte long"),
    ("email", "adresse e-mail"),
    ("number", "nombre"),
    ("radio", "un seul choix, en liste"),
    ("dropdown", "un seul choix, en menu déroulant"),
    ("checkboxes", "plusieurs choix"),
    ("checkbox", "oui ou non, à cocher"),
    ("date", "date"),
    ("file", "document à joindre"),
]

#: Types whose answers are among the question's choices.
CHOSEN_TYPES = ("radio", "dropdown", "checkboxes")
#: Types whose answers can be counted for a caterer, without anything that people write themselves.
COUNTED_TYPES = (*CHOSEN_TYPES, "checkbox")


class Question(AbstractFormField):
    """A question of the registration form. Answers refer to it by UUID, so its label may change."""

    Purpose = QuestionPurpose
    Retention = AnswerRetention
    Subject = ReportSubject

    event = ParentalKey(
        "events.EventPage",
        on_delete=models.CASCADE,
        related_name="questions",
        verbose_name="événement",
    )
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    field_type = models.CharField(
        "type de réponse", max_length=16, choices=QUESTION_TYPES, default="singleline"
    )
    field_type.required_on_save = True  # type: ignore[attr-defined]  # Wagtail reads it on the field
    choices = models.TextField(
        "choix",
        blank=True,
        help_text="Un choix par ligne. Sert aux réponses à choisir dans une liste\u00a0: un ou plusieurs choix, menu déroulant.",
    )
    #: A session's UUID and not a foreign key: a session of a draft has no primary key yet.
    session_uuid = models.UUIDField("pour les inscrit·es à", null=True, blank=True)
    retention = models.CharField(
        "réponses gardées",
        max_length=10,
        choices=Retention,
        default=Retention.NORMAL,
        help_text="Après l’événement. Les durées sont dans les réglages du site, onglet « Données personnelles ».",
    )
    report_subject = models.CharField(
        "pour le bilan",
        max_length=10,
        choices=Subject,
        default=Subject.NONE,
        blank=True,
        help_text="La réponse compte alors dans le bilan de l’année, pour les personnes dont la fiche de membre ne le dit pas. "
        "Elle est gardée aussi longtemps que le nom.",
    )

    purpose = models.CharField(
        "usage", max_length=10, choices=Purpose, default=Purpose.NONE, blank=True
    )
    due_at = models.DateTimeField(
        "au traiteur le",
        null=True,
        blank=True,
        help_text="Pour un repas\u00a0: à cette heure, un seul message donne au traiteur les nombres par choix, sans aucun nom. "
        "Son adresse est dans l’onglet Pratique.",
    )

    panels = [
        FieldPanel("label"),
        FieldPanel("help_text"),
        FieldPanel("required"),
        FieldPanel("field_type", classname="formbuilder-type"),
        FieldPanel("choices", classname="formbuilder-choices"),
        FieldRowPanel([FieldPanel("session_uuid"), FieldPanel("retention")]),
        FieldPanel("report_subject"),
        FieldRowPanel([FieldPanel("purpose"), FieldPanel("due_at")]),
    ]

    class Meta(AbstractFormField.Meta):
        verbose_name = "question"

    def __str__(self) -> str:
        return self.label

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep an answer that a year's figures need as long as the name, which the year is closed before."""
        if self.report_subject:
            self.retention = self.Retention.IDENTITY
        super().save(*args, **kwargs)

    @property
    def asks_for_file(self) -> bool:
        return self.field_type == "file"

    @property
    def choice_list(self) -> list[str]:
        """The choices, one per line; a choice may hold commas."""
        lines = (line.strip() for line in self.choices.splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def in_words(self, value: Any) -> str:
        """Return an answer as text. A choice that the question no longer has is marked."""
        if self.field_type not in CHOSEN_TYPES or isinstance(value, bool):
            return words_of(value)
        chosen = value if isinstance(value, list) else [value]
        return words_of(
            [one if one in self.choice_list else f"{one} (ancien choix)" for one in chosen]
        )

    @property
    def field_name(self) -> str:
        """Name of the form field, unique and independent of the label."""
        return f"question_{self.uuid.hex}"
