"""The home page, standard pages and legal pages."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.search import index

from home.access import Visitor, visible_to
from home.blocks import BodyBlock
from home.fields import BodyField
from home.models.base import BasePage
from home.models.news import news_for
from home.models.page_guards import Act
from home.prefetch.cards import cards_of
from home.prefetch.facts import facts_of

#: The home page looks for its featured recap in the RECENT latest news, and lists LATEST others.
RECENT = 12
LATEST = 3


class HomePage(BasePage):
    """The home page: presentation, next event, latest recap and news, how to join."""

    headline = models.CharField(
        "grand titre",
        max_length=160,
        blank=True,
        help_text="Qui nous sommes, en une phrase. Vide : la phrase de présentation des réglages.",
    )
    body = BodyField(BodyBlock(), blank=True, verbose_name="contenu")

    content_panels = [
        FieldPanel("title"),
        FieldPanel("headline"),
        FieldPanel("lead"),
        FieldPanel("body"),
    ]
    parent_page_types = ["wagtailcore.Page"]
    max_count = 1
    kind_label = "Accueil"
    review_months = 6
    is_content = False

    #: The root of the site, although no link names its role.
    is_needed = True

    class Meta:
        verbose_name = "accueil"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        recent = cards_of(news_for(request.user)[:RECENT], facts_of(request))
        story = next((page for page in recent if page.is_story), None)
        latest = [page for page in recent if page is not story][:LATEST]
        return context | {"story": story, "latest": latest}


class StandardPage(BasePage):
    """An ordinary page, public or in the members' section."""

    body = BodyField(BodyBlock(), blank=True, verbose_name="contenu")

    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    parent_page_types = ["home.HomePage", "home.StandardPage", "directory.MembersPage"]
    subpage_types = ["home.StandardPage"]
    part = "presentation"
    review_months = 12

    class Meta:
        verbose_name = "page"
        verbose_name_plural = "pages"

    @cached_property
    def is_needed(self) -> bool:
        """Whether this is the page with the role « presentation », the first one below the home page."""
        if not self.live or self.alias_of_id or not self.path:
            return False
        parent = self.path[: -self.steplen]
        if not HomePage.objects.filter(path=parent).exists():
            return False
        beside = StandardPage.objects.live().filter(path__startswith=parent, depth=self.depth)
        return not beside.filter(path__lt=self.path, alias_of=None).exists()

    def refusal_of(self, act: Act, user: Visitor | None = None) -> str:
        return "" if act == Act.COPY else super().refusal_of(act, user)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        children = Page.objects.child_of(self) if self.numchild else Page.objects.none()
        return context | {"children": visible_to(request.user, children).order_by("path")}


class LegalKind(models.TextChoices):
    LEGAL_NOTICE = "mentions-legales", "Mentions légales"
    ACCESSIBILITY = "accessibilite", "Accessibilité"
    PERSONAL_DATA = "donnees-personnelles", "Données personnelles"
    COOKIES = "cookies", "Cookies"
    CONTACT = "contact", "Contact"


class LegalPage(BasePage):
    """A legally required page, generated from the site settings; `body` is shown after the generated text."""

    kind = models.CharField("sujet", max_length=30, choices=LegalKind.choices)
    body = BodyField(
        BodyBlock(),
        blank=True,
        verbose_name="compléments",
        help_text="Affichés après le texte tiré des réglages.",
    )

    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    content_panels = [
        FieldPanel("title"),
        FieldPanel("kind", read_only=True),
        FieldPanel("lead"),
        FieldPanel("body"),
    ]
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    review_months = 12
    #: `release` makes one of each kind; there is nothing to add.
    is_creatable = False

    class Meta:
        verbose_name = "page obligatoire"
        verbose_name_plural = "pages obligatoires"

    @cached_property
    def is_needed(self) -> bool:
        return not self.alias_of_id

    def clean(self) -> None:
        super().clean()
        if self.kind and LegalPage.objects.filter(kind=self.kind).exclude(pk=self.pk).exists():
            raise ValidationError({"kind": "Le site a déjà une page sur ce sujet."})

    @property
    def site_address(self) -> str:
        site = self.get_site()
        return site.root_url if site else ""

    @property
    def kind_template(self) -> str:
        return f"home/legal/{self.kind}.html"
