"""Event page: announcement, practical information, programme and registration."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Count
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
)
from wagtail.models import Orderable, Page, PageManager
from wagtail.search import index

from events.blocks import EventSpeakersBlock, PreviousDatesBlock
from events.models import reminder_timetable
from events.models.change import propose
from events.models.dates import UNDATED, end_of, local, midnight
from events.models.enums import EventAudience, EventMode, EventStatus, FormLocation
from events.models.event_checks import event_remarks
from events.models.event_form import (
    EventCopyForm,
    EventPageForm,
    FollowPanel,
    QuestionsPanel,
    SessionsPanel,
)
from events.models.fields import PlacesField
from events.models.querysets import EventQuerySet
from home.access import Visitor
from home.blocks import BodyBlock
from home.blocks.date_fields import TypedEndInput
from home.editor.checklist import SiteTabs
from home.editor.content_checks import Remark
from home.fields import BodyField
from home.french import count_of
from home.models import BasePage
from home.models.base import PROMOTE_TAB
from home.models.page_guards import Act
from home.models.urlconf import UrlconfMixin

#: What may not happen to the page of an event that has registrations.
KEPT_FOR_GUESTS = {Act.DELETE, Act.UNPUBLISH, Act.EXPIRE}
#: Attribute of the user object, which lives as long as the request.
REGISTERED = "_events_with_registrations"


class EventPage(UrlconfMixin, BasePage):
    Mode = EventMode
    Status = EventStatus
    Audience = EventAudience
    RegistrationForm = FormLocation

    starts_at = models.DateTimeField("début", null=True)
    announced_end = models.DateTimeField(
        "fin", null=True, blank=True, help_text="Laissez vide si l’heure de fin n’est pas connue."
    )
    all_day = models.BooleanField(
        "journées entières",
        default=False,
        help_text="Les heures ne sont pas montrées ; la fin est le dernier jour.",
    )
    #: Computed by `save`; never null, even when the end is unknown.
    ends_at = models.DateTimeField(default=UNDATED, editable=False, db_index=True)
    status = models.CharField("état", max_length=10, choices=Status, default=Status.PLANNED)
    previous_dates = BodyField(PreviousDatesBlock(), blank=True, verbose_name="dates d’origine")
    mode = models.CharField("tenue", max_length=10, choices=Mode, default=Mode.ONSITE)
    venue_name = models.CharField("lieu", max_length=160, blank=True)
    venue_street = models.CharField("rue", max_length=200, blank=True)
    venue_postcode = models.CharField("code postal", max_length=10, blank=True)
    venue_town = models.CharField("commune", max_length=120, blank=True)
    online_url = models.URLField(
        "adresse de la visioconférence",
        max_length=500,
        blank=True,
        help_text="Donnée aux personnes inscrites, dans leur message de confirmation. Sans inscription, elle est "
        "montrée sur la page.",
    )
    price = models.CharField(
        "prix", max_length=120, blank=True, help_text="Par exemple : gratuit, 13 € le repas."
    )
    meal_note = models.CharField("repas", max_length=255, blank=True)
    caterer_email = models.EmailField(
        "adresse e-mail du traiteur",
        blank=True,
        help_text="Jamais montrée. Elle reçoit les nombres d’une question sur le repas, à l’heure choisie avec la question.",
    )
    speakers = BodyField(EventSpeakersBlock(), blank=True, verbose_name="intervenant·es")
    body = BodyField(BodyBlock(), blank=True, verbose_name="contenu")
    previous_edition = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="next_editions",
        verbose_name="édition précédente",
    )

    registration_form = models.CharField(
        "inscription par", max_length=10, choices=RegistrationForm, default=RegistrationForm.SITE
    )
    outside_form_url = models.URLField("adresse du formulaire", max_length=500, blank=True)
    registration_audience = models.CharField(
        "inscription", max_length=10, choices=Audience, default=Audience.ALL
    )
    registration_opens_at = models.DateTimeField(
        "ouverture des inscriptions", null=True, blank=True
    )
    registration_deadline = models.DateField(
        "date limite d’inscription", null=True, blank=True, help_text="Jour inclus."
    )
    late_changes = models.BooleanField(
        "réponses modifiables après la date limite",
        default=True,
        help_text="Jusqu’au début de l’événement. On peut toujours annuler, jamais ajouter de session.",
    )
    capacity = PlacesField(
        "nombre de places",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Vide : sans limite. Chaque session peut avoir le sien.",
    )
    waiting_list = models.BooleanField("liste d’attente quand c’est complet", default=True)

    reminders = models.BooleanField(
        "rappels", default=True, help_text=reminder_timetable.reminders_help()
    )
    thanks = models.BooleanField(
        "remerciement", default=True, help_text=reminder_timetable.thanks_help()
    )

    calendar_uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    calendar_sequence = models.PositiveIntegerField(default=0, editable=False)

    objects = PageManager.from_queryset(EventQuerySet)()

    search_fields = [
        *BasePage.search_fields,
        index.SearchField("body"),
        index.SearchField("venue_name"),
        index.SearchField("venue_town"),
        index.FilterField("starts_at"),
        index.FilterField("ends_at"),
    ]

    announcement_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel(
                    [
                        FieldPanel("starts_at"),
                        FieldPanel("announced_end", widget=TypedEndInput),
                    ]
                ),
                FollowPanel(template="events/admin/follow_panel.html"),
                FieldPanel("all_day"),
                FieldPanel("status"),
                FieldPanel("previous_dates"),
            ],
            heading="Quand",
        ),
        *BasePage.lead_panels,
        FieldPanel("body"),
    ]
    practical_panels = [
        MultiFieldPanel(
            [
                FieldPanel("mode"),
                FieldPanel("venue_name"),
                FieldPanel("venue_street"),
                FieldRowPanel([FieldPanel("venue_postcode"), FieldPanel("venue_town")]),
                FieldPanel("online_url"),
            ],
            heading="Où",
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("price"), FieldPanel("meal_note")]),
                FieldPanel("caterer_email"),
            ],
            heading="Prix et repas",
        ),
        InlinePanel(
            "attachments",
            label="document",
            heading="Documents joints",
            help_text="Ils sont publics, à moins d’être rangés dans une collection privée.",
        ),
        FieldPanel("previous_edition"),
        *BasePage.related_panels,
    ]
    programme_panels = [
        HelpPanel(
            content="Sans session, on s’inscrit à l’événement entier. Avec plusieurs sessions, "
            "chaque personne choisit les siennes, et chacune a ses places."
        ),
        SessionsPanel("sessions", label="session", heading="Sessions"),
        FieldPanel("speakers"),
    ]
    registration_panels = [
        FieldPanel("registration_form"),
        FieldPanel(
            "outside_form_url",
            help_text="Seulement quand l’inscription se fait par le formulaire d’un autre site.",
        ),
        FieldPanel("registration_audience"),
        FieldRowPanel([FieldPanel("registration_opens_at"), FieldPanel("registration_deadline")]),
        FieldPanel("late_changes"),
        FieldRowPanel([FieldPanel("capacity"), FieldPanel("waiting_list")]),
        FieldRowPanel(
            [FieldPanel("reminders"), FieldPanel("thanks")], heading="Messages automatiques"
        ),
        QuestionsPanel(
            "questions",
            label="question",
            heading="Questions du formulaire, après le nom, l’adresse et la structure",
        ),
    ]
    edit_handler = SiteTabs(
        [
            ObjectList(announcement_panels, heading="Annonce"),
            ObjectList(practical_panels, heading="Pratique"),
            ObjectList(programme_panels, heading="Programme"),
            ObjectList(registration_panels, heading="Inscription"),
            ObjectList([*BasePage.promote_panels, PublishingPanel()], heading=PROMOTE_TAB),
        ]
    )
    urlconf = "events.registration.urls"
    card_template = "events/components/event_card.html"
    kind_label = "Événement"
    is_suggested = True
    search_kind = "evenement"
    search_label = "Événements"
    practical_template = "events/components/practical.html"
    registration_address = "#inscription"
    link_fields = ("outside_form_url",)
    #: Recap of the previous edition, if this request's visitor may see it; set by the view.
    previous_recap: Page | None = None
    #: Invalid capacities that were typed, and not saved with the draft.
    left_out: Sequence[str] = ()
    #: The video conference's address, if this request's visitor may have it; set by the view.
    shown_online_address = ""
    #: Where registration stands for the visitor (events.agenda.availability), on the event's own page only.
    shown_availability = ""
    base_form_class = EventPageForm
    copy_form_class = EventCopyForm
    parent_page_types = ["events.EventIndexPage"]
    subpage_types: list[str] = []
    exclude_fields_in_copy = [
        "calendar_uid",
        "calendar_sequence",
        "starts_at",
        "announced_end",
        "ends_at",
        "previous_dates",
        "previous_edition",
        "registration_opens_at",
        "registration_deadline",
        "status",
        "sessions",
        "questions",
    ]

    class Meta:
        verbose_name = "événement"
        # Not one of registrations: any permission on a model opens its list of modeladmin.
        permissions = [("list_people", "Peut voir qui vient à un événement (noms, sessions)")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_at=None) | models.Q(ends_at__gt=models.F("starts_at")),
                name="event_ends_after_start",
            )
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.starts_at is None and self._state.adding:
            self.live = False  # a copy has no date yet, so it cannot be public
        self.compute_end()
        if self.pk and kwargs.get("update_fields") is None:
            self.replace_stored(*args, **kwargs)
        else:
            super().save(*args, **kwargs)

    def clean(self) -> None:
        # Before constraints are checked: a draft with new dates still has the old end.
        self.compute_end()
        super().clean()

    def with_content_json(self, content: Any) -> "EventPage":
        """Read a revision. A session or question that it added, and that was published since, is the stored one."""
        page: Any = super().with_content_json(content)
        for relation in ("sessions", "questions"):
            rows = list(getattr(page, relation).all())
            added = [row for row in rows if row.pk is None]
            if added:
                stored = keys_by_uuid(type(added[0]), event=page.pk)
                for row in added:
                    row.pk = stored.get(row.uuid)
                setattr(page, relation, rows)
        return page

    def refusal_of(self, act: Act, user: Visitor | None = None) -> str:
        """Keep the page that registered people were told of: only a cancelled event says to them what happens."""
        if act == Act.EXPIRE and self.ends_before_it_expires():
            return ""
        count = registrations_by_page(user, self).get(self.pk, 0) if act in KEPT_FOR_GUESTS else 0
        if count and act == Act.EXPIRE:
            return (
                "La page d’un événement n’expire pas avant la fin de celui-ci\u00a0: les personnes inscrites n’y "
                "trouveraient plus rien. Choisissez une date après la fin, ou annulez l’événement (onglet Annonce)."
            )
        if count:
            return (
                f"Impossible : {count_of(count, 'inscription')} à « {self.title} ». "
                "Annulez d’abord l’événement (état « annulé », onglet Annonce) : sa page le dira à tout le monde, "
                "et les inscriptions seront gardées."
            )
        return ""

    def ends_before_it_expires(self) -> bool:
        if self.expire_at is None:
            return True
        return self.starts_at is not None and self.ends_at <= self.expire_at

    def compute_end(self) -> None:
        if self.all_day and self.starts_at:
            self.starts_at = midnight(local(self.starts_at).date())
        self.ends_at = end_of(self.starts_at, self.announced_end, all_day=self.all_day)

    @transaction.atomic
    def replace_stored(self, *args: Any, **kwargs: Any) -> None:
        """Save over the stored version. If that one is public, update calendars and propose to announce changes.

        The stored version is read from the database, since a draft has the calendar sequence of the day it
        was written.
        """
        self.keep_seated_sessions()
        # Lock the row, as registration does, so that concurrent saves do not use the same sequence.
        stored = EventPage.objects.select_for_update(of=("self",)).filter(pk=self.pk).first()
        now, before = timezone.now(), stored.facts() if stored and stored.live else None
        sequence = stored.calendar_sequence if stored else 0
        self.calendar_sequence = sequence + (before is not None and before != self.facts())
        super().save(*args, **kwargs)
        if before is not None and self.live:
            propose(self, before, now)

    def facts(self) -> dict[str, Any]:
        """Return, as JSON values, what attendees need to know: dates, place, status, sessions."""
        return {
            "starts_at": written(self.starts_at),
            "announced_end": written(self.announced_end),
            "all_day": self.all_day,
            "status": str(self.status),
            "place": self.location,
            "online": self.online_address,
            "sessions": {
                str(session.uuid): {
                    "title": session.title,
                    "starts_at": written(session.starts_at),
                    "ends_at": written(session.ends_at),
                }
                for session in self.sessions.all()
            },
        }

    def keep_seated_sessions(self) -> None:
        """Put back sessions that are in use, so that an old draft cannot delete them."""
        kept = {session.uuid for session in self.sessions.all()}
        model = self._meta.get_field("sessions").related_model
        for session in model.objects.filter(event_id=self.pk, hidden=False).in_use():
            if session.uuid not in kept:
                self.sessions.add(session)

    def copy_all_child_relations(
        self,
        target: "EventPage",
        exclude: Iterable[str] | None = None,
        commit: bool = False,
        append: bool = False,
    ) -> dict[Any, Any]:
        """Copy sessions and questions as new ones, with other UUIDs and without dates. The copy's previous edition is this."""
        target.previous_edition_id = self.pk
        exclude = set(exclude or []) - {"sessions", "questions"}
        copies = super().copy_all_child_relations(
            target, exclude=exclude, commit=commit, append=append
        )
        new_uuids = {}
        for session in target.sessions.all():
            new_uuids[session.uuid] = session.uuid = uuid4()
            session.starts_at = session.ends_at = session.deadline = None
        for question in target.questions.all():
            question.uuid = uuid4()
            question.session_uuid = new_uuids.get(question.session_uuid)
            question.due_at = None
        return copies

    @property
    def is_planned(self) -> bool:
        return self.status == self.Status.PLANNED

    @property
    def is_cancelled(self) -> bool:
        return self.status == self.Status.CANCELLED

    @property
    def is_postponed(self) -> bool:
        return self.status == self.Status.POSTPONED

    @property
    def attendance_is_recorded(self) -> bool:
        """Whether somebody was checked in, so that those present can be counted."""
        return self.registrations.present().exists()

    @property
    def has_firm_date(self) -> bool:
        """Whether to offer it for a calendar: it has a date, and is neither cancelled nor postponed."""
        return self.starts_at is not None and self.status == self.Status.PLANNED

    @property
    def is_moved(self) -> bool:
        return self.status == self.Status.PLANNED and bool(self.previous_dates)

    @property
    def is_for_members(self) -> bool:
        return self.registration_audience == self.Audience.MEMBERS

    @property
    def street_and_town(self) -> str:
        """« 56 Rue du Vivier, 80000 Amiens », or the known parts of it."""
        town = " ".join(part for part in (self.venue_postcode, self.venue_town) if part)
        return ", ".join(part for part in (self.venue_street, town) if part)

    @property
    def place(self) -> str:
        """Short place for cards and lists."""
        if self.mode == self.Mode.ONLINE:
            return "En ligne"
        where = ", ".join(part for part in (self.venue_name, self.venue_town) if part)
        return f"{where} et en ligne" if self.mode == self.Mode.HYBRID and where else where

    @property
    def location(self) -> str:
        """Full place on one line, for calendars. Public."""
        if self.mode == self.Mode.ONLINE:
            return "En ligne"
        return ", ".join(part for part in (self.venue_name, self.street_and_town) if part)

    @property
    def online_address(self) -> str:
        """Address of the video conference. Not public: see `events.agenda.online_access`."""
        return "" if self.mode == self.Mode.ONSITE else self.online_url

    def remarks(self) -> Iterator[Remark]:
        yield from super().remarks()
        yield from event_remarks(self)

    def is_past(self, now: datetime) -> bool:
        return self.ends_at <= now


def registrations_by_page(user: Visitor | None, page: EventPage) -> dict[int, int]:
    """Return the number of registrations by key of event: of all events once per request, if its user is given."""
    events = EventPage.objects.filter(registrations__isnull=False)
    counts = events.order_by().values_list("pk").annotate(Count("registrations"))
    if user is None:
        return dict(counts.filter(pk=page.pk))
    if REGISTERED not in vars(user):
        vars(user)[REGISTERED] = dict(counts)
    return vars(user)[REGISTERED]


def keys_by_uuid(model: type[models.Model], *, event: int | None) -> dict[Any, int]:
    rows = model._meta.base_manager.filter(event=event)
    return dict(rows.values_list("uuid", "pk"))


def written(moment: datetime | None) -> str | None:
    """Return a moment for JSON, in a form independent of the time zone it was given in."""
    return moment.astimezone(UTC).isoformat() if moment else None


class EventAttachment(Orderable):
    """A document attached to the event. Its collection decides who may download it."""

    page = ParentalKey(
        EventPage, on_delete=models.CASCADE, related_name="attachments", verbose_name="événement"
    )
    document = models.ForeignKey(
        "home.SiteDocument", on_delete=models.CASCADE, related_name="+", verbose_name="document"
    )

    panels = [FieldPanel("document")]

    def __str__(self) -> str:
        return self.document.title
