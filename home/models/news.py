"""News pages: articles, calls and interviews, and their index, which also lists event recaps."""

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.search import index

from home.access import Visitor, visible_to
from home.blocks import BodyBlock
from home.fields import BodyField
from home.models.base import BasePage
from home.models.querysets import SitePageQuerySet
from home.models.urlconf import UrlconfMixin


class NewsIndexPage(UrlconfMixin, BasePage):
    """The list of articles and recaps, newest first, also as an Atom feed."""

    content_panels = [FieldPanel("title"), FieldPanel("lead")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.NewsPage", "events.RecapPage"]
    max_count = 1
    part = "actualites"
    urlconf = "home.pages.news_urls"
    kind_label = "Liste"
    is_content = False

    class Meta:
        verbose_name = "liste des actualités"


def news_for(user: Visitor) -> SitePageQuerySet:
    """Return the articles and recaps that the user may see, newest first."""
    kinds = NewsIndexPage.allowed_subpage_models()
    return visible_to(user, SitePageQuerySet(Page).type(*kinds)).newest_first()


class NewsKind(models.TextChoices):
    NEWS = "actualite", "Actualité"
    CALL = "appel", "Appel"
    INTERVIEW = "entretien", "Entretien"


class NewsPage(BasePage):
    """An article, a call or an interview."""

    kind = models.CharField(
        "nature", max_length=20, choices=NewsKind.choices, default=NewsKind.NEWS
    )
    body = BodyField(BodyBlock(), blank=True, verbose_name="contenu")

    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    content_panels = [
        FieldPanel("title"),
        FieldPanel("kind"),
        *BasePage.lead_panels,
        FieldPanel("body"),
        *BasePage.related_panels,
    ]
    parent_page_types = ["home.NewsIndexPage"]
    subpage_types: list[str] = []
    card_template = "components/cards/news.html"
    is_suggested = True
    search_kind = "article"
    search_label = "Actualités"

    class Meta:
        verbose_name = "article"
        verbose_name_plural = "articles"

    @property
    def kind_label(self) -> str:  # type: ignore[override]  # depends on the article's kind
        return NewsKind(self.kind).label
