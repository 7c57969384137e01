"""Search index: normalised text of each page, independent of the database."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from wagtail.models import Page
from wagtail.rich_text import get_text_for_indexing
from wagtail.search.index import SearchField

from home.blocks.rich_text import as_html
from home.french import index_text
from home.prefetch.cards import content_models
from home.prefetch.page_objects import PageObjects


class SearchEntry(models.Model):
    """The search index entry of a page, written by `index_page`.

    `title`, `lead` and `body` are folded (`home.french.index_text`) and start and end with a space, to match whole words.
    """

    page = models.OneToOneField(
        Page, on_delete=models.CASCADE, related_name="search_entry", verbose_name="page"
    )
    title = models.TextField("mots du titre")
    lead = models.TextField("mots du chapô")
    body = models.TextField("mots du texte")
    #: Lead and body as written, for excerpts.
    text = models.TextField("texte")

    class Meta:
        verbose_name = "page cherchée"
        verbose_name_plural = "pages cherchées"

    def __str__(self) -> str:
        return self.title.strip()


def index_page(page: Any) -> None:
    """Create or update the index entry of a saved page; delete it if the page is not live."""
    if not (page.live and page.is_content):
        SearchEntry.objects.filter(page_id=page.pk).delete()
        return
    lead = get_text_for_indexing(str(as_html(page.lead, PageObjects(AnonymousUser()))))
    body = " ".join(texts_of(page))
    SearchEntry.objects.update_or_create(
        page_id=page.pk,
        defaults={
            "title": index_text(f"{page.title} {page.card_title}"),
            "lead": index_text(lead),
            "body": index_text(body),
            "text": " ".join(f"{lead} {body}".split()),
        },
    )


def texts_of(page: Any) -> Iterable[str]:
    """Yield the page's search fields as plain text, without title and lead."""
    for field in type(page).get_search_fields():
        if not isinstance(field, SearchField) or field.field_name in {"title", "lead"}:
            continue
        value = field.get_value(page)
        yield from value if isinstance(value, list) else [str(value or "")]


def index_missing() -> int:
    """Index the live pages that have no index entry. Return their number."""
    pages = Page.objects.live().filter(search_entry=None).type(*content_models())
    found = list(pages.specific())
    for page in found:
        index_page(page)
    return len(found)
