"""Related pages: those chosen by the editor, then those with common themes, then the latest."""

from typing import Any

from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from wagtail.models import Page

from home.access import Visitor, reading_rights, visible_to
from home.prefetch.cards import as_cards, cards_by_key, suggested_models, take_themes
from home.prefetch.facts import facts_of
from home.prefetch.page_objects import page_objects_of

SHOWN = 4


def related_cards(page: Page, request: HttpRequest) -> list[Any]:
    """Return the cards of the related pages. The page gets its own themes and renditions from the same queries."""
    user, objects, facts = request.user, page_objects_of(request), facts_of(request)
    if not facts.are_shared or page.pk is None:
        return as_cards(related_to(page, user), beside=[page], objects=objects)
    keys = facts.get(
        ("related", page.pk, reading_rights(user)),
        lambda: list(related_to(page, user).values_list("pk", flat=True)),
    )
    cards = {card.pk: card for card in cards_by_key([page.pk, *keys], facts)}
    take_themes(page, cards.get(page.pk))
    objects.lend([page.main_image] if page.main_image_id else [])
    return [cards[key] for key in keys if key in cards]


def related_to(page: Page, user: Visitor, number: int = SHOWN) -> QuerySet:
    """Return at most `number` distinct pages that the user may see, without the page itself."""
    return (
        visible_to(user)
        .filter(
            Q(pk__in=keys_of(page, "related_pages", "related"))
            | Q(pk__in=Page.objects.type(*suggested_models()))
        )
        .exclude(pk=page.pk)
        .annotate(
            place=place_among_chosen(page),
            shared=themes_shared_with(page),
        )
        .order_by(F("place").asc(nulls_last=True), "-shared", "-first_published_at", "-pk")[:number]
    )


def themes_shared_with(page: Page) -> Any:
    """Return the number of common themes as a subquery. A join would have to group by every column of the cards."""
    links = Page._meta.get_field("page_themes").related_model._default_manager
    shared = links.filter(page=OuterRef("pk"), theme__in=keys_of(page, "page_themes", "theme"))
    counted = shared.order_by().values("page").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


def keys_of(page: Page, relation: str, field: str) -> Any:
    """Return the keys that the page's child objects refer to: a list for a draft in memory, else a subquery."""
    children = in_memory(page, relation)
    if children is not None:
        keys = [getattr(child, f"{field}_id") for child in children]
        return [key for key in keys if key is not None]
    return getattr(page, relation).get_live_queryset().order_by().values(field)


def in_memory(page: Page, relation: str) -> list[Any] | None:
    """Return the child objects of a page built from a revision or not saved yet; None if they are in the database."""
    held = getattr(page, "_cluster_related_objects", {}).get(relation)
    return [] if held is None and page.pk is None else held


def place_among_chosen(page: Page) -> Any:
    """Return the position in the editor's list as an expression, null for pages that are not in it."""
    children = in_memory(page, "related_pages")
    if children is None:
        links = page.related_pages.get_live_queryset()
        mine = links.filter(related=OuterRef("pk")).order_by("sort_order", "pk")
        return Subquery(
            mine.values(order=Coalesce("sort_order", "pk", output_field=IntegerField()))[:1]
        )
    if not children:
        return Value(None, output_field=IntegerField())
    return Case(
        *[When(pk=child.related_id, then=Value(place)) for place, child in enumerate(children)],
        default=None,
        output_field=IntegerField(),
    )
