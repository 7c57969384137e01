"""The reports of visits by page and of searches without results."""

from datetime import date, timedelta

from django.conf import settings
from django.db.models import Max, Q, QuerySet, Sum
from django.utils import timezone
from wagtail.admin.ui.tables import Column, NumberColumn
from wagtail.query import PageQuerySet

from home.access import Visitor
from home.admin.reports.base import PageColumn, SiteReport, pages_of
from home.french import long_date
from home.models.counts import EmptySearch

MONTH = timedelta(days=30)


def empty_searches() -> QuerySet:
    """Return the words without results, most frequent first, as rows {words, times, last}."""
    rows = EmptySearch.objects.values("words")
    return rows.annotate(times=Sum("count"), last=Max("day")).order_by("-times", "words")


def count_empty_searches(user: Visitor) -> int:
    """Return how many different words of the last month found nothing. They are nobody's: all editors see them."""
    since = timezone.localdate() - MONTH
    return empty_searches().filter(day__gte=since).count()


def visited_pages(user: Visitor, today: date) -> PageQuerySet:
    """Return the pages that were read, with `month` and `total`, those most read in the last thirty days first."""
    recent = Sum("visit_counts__count", filter=Q(visit_counts__day__gt=today - MONTH), default=0)
    total = Sum("visit_counts__count", default=0)
    pages = pages_of(user).annotate(month=recent, total=total).filter(total__gt=0)
    return pages.order_by("-month", "-total", "pk")


class SearchReport(SiteReport):
    name = "recherches"
    page_title = "Recherches sans résultat"
    header_icon = "search"
    order = 150
    explanation = (
        "Les mots que l’on a cherchés sur le site sans rien trouver, depuis 90\u00a0jours. Rien ne dit qui les a cherchés\u202f; "
        "ce qui ressemble à une adresse ou à un numéro n’est pas gardé."
    )
    empty = "Aucune recherche n’est restée sans résultat."
    columns = [
        Column("words", label="Recherche"),
        NumberColumn("times", label="Fois"),
        Column("last", label="Dernière fois", accessor=lambda row: long_date(row["last"])),
    ]
    exported = {
        "Recherche": lambda row: row["words"],
        "Fois": lambda row: row["times"],
        "Dernière fois": lambda row: row["last"],
    }

    def get_queryset(self) -> QuerySet:
        return empty_searches()


class VisitReport(SiteReport):
    name = "visites"
    page_title = "Visites des pages"
    header_icon = "view"
    order = 160
    empty = "Aucune page n’a encore été lue."
    columns = [
        PageColumn("page", label="Page", accessor=lambda page: page),
        NumberColumn("month", label="Depuis 30\u00a0jours"),
        NumberColumn("total", label="En tout"),
    ]
    exported = {
        "Page": lambda page: page.title,
        "Depuis 30\u00a0jours": lambda page: page.month,
        "En tout": lambda page: page.total,
    }

    @property
    def explanation(self) -> str:  # type: ignore[override]
        if settings.FRONT_ANSWERS:
            return (
                "Non compté\u00a0: un serveur placé devant le site répond à sa place, et le site ne voit pas ces visites. "
                "Les nombres gardés sont ceux d’avant."
            )
        return (
            "Combien de fois chaque page a été ouverte, robots à part. Ni cookie, ni adresse, ni visiteur\u00a0: seulement "
            "un total par page et par jour."
        )

    def get_queryset(self) -> PageQuerySet:
        return visited_pages(self.request.user, timezone.localdate())
