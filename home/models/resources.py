"""Resource pages: documents to download, each with a summary, and their index."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from home.access import may_download
from home.blocks import BodyBlock
from home.editor.content_checks import Fault, Remark
from home.fields import BodyField
from home.french import file_size
from home.models.base import BasePage
from home.models.urlconf import UrlconfMixin


class ResourceIndexPage(UrlconfMixin, BasePage):
    content_panels = [FieldPanel("title"), FieldPanel("lead")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.ResourcePage"]
    max_count = 1
    part = "ressources"
    urlconf = "home.pages.resource_urls"
    kind_label = "Liste"
    is_content = False

    class Meta:
        verbose_name = "liste des ressources"


class ResourcePage(BasePage):
    """A page about a document. Format and size are read from the file."""

    document = models.ForeignKey(
        "home.SiteDocument",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="resource_pages",
        verbose_name="document",
    )
    source = models.CharField(
        "origine", max_length=255, blank=True, help_text="Qui l’a écrit et quand, s’il y a lieu."
    )
    body = BodyField(BodyBlock(), blank=True, verbose_name="contenu")

    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    content_panels = [
        FieldPanel("title"),
        FieldPanel("document"),
        FieldPanel("source"),
        *BasePage.lead_panels,
        FieldPanel("body"),
        *BasePage.related_panels,
    ]
    parent_page_types = ["home.ResourceIndexPage"]
    subpage_types: list[str] = []
    card_template = "components/cards/resource.html"
    is_suggested = True
    search_kind = "ressource"
    search_label = "Ressources"
    kind_label = "Ressource"
    review_months = 24
    card_joins = ("main_image", "document")
    served_with = (*BasePage.served_with, "document__collection")

    class Meta:
        verbose_name = "ressource"
        verbose_name_plural = "ressources"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        document = self.document
        context["document_is_open"] = document is not None and may_download(request.user, document)
        return context

    @property
    def file_label(self) -> str:
        """Return format and size, « PDF, 102,32 ko »; empty without a document."""
        if self.document is None:
            return ""
        return f"{self.document.format_label}, {file_size(self.document.get_file_size() or 0)}"

    def remarks(self) -> Iterator[Remark]:
        yield from super().remarks()
        if self.document and self.document.file_extension == "pdf" and not self.body:
            yield Remark(Fault.DOCUMENT_ALONE, self.document.title, "body")
