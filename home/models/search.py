"""What the search reads of each page: folded words, the same on every database."""

from django.db import models
from wagtail.models import Page


class SearchEntry(models.Model):
    """Made by `home.pages.search.index_page`. Folded columns have a space at both ends, so that words are found whole."""

    page = models.OneToOneField(
        Page, on_delete=models.CASCADE, related_name="search_entry", verbose_name="page"
    )
    title = models.TextField("mots du titre")
    lead = models.TextField("mots du chapô")
    body = models.TextField("mots du texte")
    #: The lead and the text as they are written, for excerpts.
    text = models.TextField("texte")

    class Meta:
        verbose_name = "page cherchée"
        verbose_name_plural = "pages cherchées"

    def __str__(self) -> str:
        return self.title.strip()
