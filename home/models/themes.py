"""Themes and related pages, linked to the base Page so that one query filters news, recaps and events together."""

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.admin.widgets import SlugInput
from wagtail.models import Orderable, Page


class Theme(models.Model):
    name = models.CharField("nom", max_length=80, unique=True)
    slug = models.SlugField("identifiant", max_length=80, unique=True)

    panels = [
        TitleFieldPanel("name", classname="", placeholder="Par exemple « Budget participatif »"),
        FieldPanel(
            "slug",
            widget=SlugInput,
            help_text="Dans l’adresse des listes filtrées ; il vient du nom. Gardez-le quand vous renommez le thème.",
        ),
    ]

    class Meta:
        ordering = ["name"]
        verbose_name = "thème"
        verbose_name_plural = "thèmes"

    def __str__(self) -> str:
        return self.name


class PageTheme(Orderable):
    page = ParentalKey(
        Page, on_delete=models.CASCADE, related_name="page_themes", verbose_name="page"
    )
    theme = models.ForeignKey(
        Theme, on_delete=models.CASCADE, related_name="+", verbose_name="thème"
    )

    panels = [FieldPanel("theme")]

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["page", "theme"], name="page_theme_once")]

    def __str__(self) -> str:
        return str(self.theme)


class RelatedPage(Orderable):
    """A related page chosen by the editor. Suggested pages complete the list when the page is shown."""

    page = ParentalKey(
        Page, on_delete=models.CASCADE, related_name="related_pages", verbose_name="page"
    )
    related = models.ForeignKey(
        Page, on_delete=models.CASCADE, related_name="+", verbose_name="contenu"
    )

    panels = [FieldPanel("related")]

    def __str__(self) -> str:
        return self.related.title
