"""Refuse to delete, unpublish or alias an event, with a message instead of an error."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.admin import messages
from wagtail.models import Page

from events.models import EventPage, Registration
from home.french import count_of

REFUSED_ACTIONS = {"delete", "unpublish"}


def refuse_above_registrations(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse if the page or a descendant has registrations (hooks `before_delete_page`, `before_unpublish_page`)."""
    return refuse(request, [page])


def refuse_alias(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse to alias an event (hook `before_copy_page`).

    An event has one registration address and one calendar identifier; an alias would duplicate both.
    """
    if request.method != "POST" or not request.POST.get("alias"):
        return None
    with_children = bool(request.POST.get("copy_subpages"))
    copied = {"path__startswith": page.path} if with_children else {"pk": page.pk}
    if not EventPage.objects.filter(**copied).exists():
        return None
    messages.error(
        request,
        "Un événement n’a pas d’alias : on s’y inscrit à une seule adresse. Copiez-le sans cocher « Alias », ou faites "
        "un lien vers sa page.",
    )
    return redirect("wagtailadmin_pages:copy", page.pk)


def refuse_bulk_removal(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any
) -> HttpResponse | None:
    pages = [one for one in objects if isinstance(one, Page)]
    if action_type not in REFUSED_ACTIONS or not pages:
        return None
    return refuse(request, pages)


def refuse(request: HttpRequest, pages: list[Page]) -> HttpResponse | None:
    below = reduce(or_, (Q(event__path__startswith=page.path) for page in pages))
    registrations = Registration.objects.filter(below)
    titles = list(registrations.order_by().values_list("event__title", flat=True).distinct()[:4])
    if not titles:
        return None
    listed = ", ".join(f"« {title} »" for title in titles[:3]) + (" …" if titles[3:] else "")
    messages.error(
        request,
        f"Impossible : {count_of(registrations.count(), 'inscription')} à {listed}. "
        "Annulez d’abord l’événement (état « annulé », onglet Annonce) : sa page le dira à tout le monde, "
        "et les inscriptions seront gardées.",
    )
    return redirect("wagtailadmin_explore", pages[0].get_parent().pk)
