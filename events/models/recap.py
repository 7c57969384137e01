"""Recap page: the report of an event, or of a meeting that was announced elsewhere."""

from django.core.validators import MinValueValidator
from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.models import Page
from wagtail.search import index

from home.blocks import BodyBlock
from home.editor.checklist import SiteTabs
from home.fields import BodyField
from home.models import BasePage
from home.models.base import PROMOTE_TAB
from home.models.urlconf import UrlconfMixin


class RecapPage(UrlconfMixin, BasePage):
    event = models.OneToOneField(
        "events.EventPage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="recap",
        verbose_name="événement",
        help_text="Laissez vide si la rencontre a été annoncée ailleurs.",
        error_messages={"unique": "Cet événement a déjà son compte rendu."},
    )
    attendance = models.PositiveIntegerField(
        "nombre de personnes présentes",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Proposé d’après les inscriptions confirmées\u00a0: corrigez-le si vous avez compté.",
    )
    body = BodyField(BodyBlock(), blank=True, verbose_name="contenu")

    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    meeting_panels = [
        MultiFieldPanel([FieldPanel("event"), FieldPanel("attendance")], heading="La rencontre"),
        *BasePage.lead_panels[1:],
        *BasePage.related_panels,
    ]
    edit_handler = SiteTabs(
        [
            ObjectList(content_panels, heading="Contenu"),
            ObjectList(meeting_panels, heading="Rencontre et image"),
            ObjectList(BasePage.promote_panels, heading=PROMOTE_TAB),
            ObjectList(BasePage.settings_panels, heading="Paramètres"),
        ]
    )
    #: Recap of the previous edition, and the event, if this request's visitor may see them; set by the view.
    previous_recap: Page | None = None
    told_event: Page | None = None
    parent_page_types = ["home.NewsIndexPage"]
    subpage_types: list[str] = []
    exclude_fields_in_copy = ["event"]
    urlconf = "events.agenda.recap_urls"
    card_template = "components/cards/news.html"
    kind_label = "Compte rendu"
    is_suggested = True
    is_story = True
    search_kind = "compte-rendu"
    search_label = "Comptes rendus"

    class Meta:
        verbose_name = "compte rendu"
        verbose_name_plural = "comptes rendus"
