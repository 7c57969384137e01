"""Refuse to alias an event, with a message instead of an error."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.admin import messages
from wagtail.models import Page

from events.models import EventPage


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
