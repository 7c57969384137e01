"""Pages to read again: their card on the desk, and the gesture that puts one off."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from home.access import Account, AccountRequest
from home.admin.desk import SHOWN, Card, Line, Link
from home.french import count_of, long_date
from home.models.review import pages_to_review, postpone


def reviews_card(user: Account, now: datetime) -> Card | None:
    """Published pages whose review date has passed, for those who may change them."""
    own = page_permission_policy.instances_user_has_permission_for(user, "change")
    found = list(pages_to_review(now).filter(pk__in=own.order_by().values("pk"))[: SHOWN + 1])
    if not found:
        return None
    more = "D’autres pages suivront quand celles-ci seront relues." if len(found) > SHOWN else ""
    return Card(
        key="pages-a-relire",
        order=70,
        title=f"{count_of(min(len(found), SHOWN), 'page')} à relire",
        intro=more,
        lines=tuple(map(page_line, found[:SHOWN])),
    )


def page_line(page: Page) -> Line:
    published = page.last_published_at
    return Line(
        text=page.title,
        note=f"publiée le {long_date(published, weekday=False)}" if published else "",
        action=Link("Relire", reverse("wagtailadmin_pages:edit", args=[page.pk])),
        post=Link("Reporter", reverse("home_postpone_review", args=[page.pk])),
    )


@require_POST
def postpone_review(request: AccountRequest, pk: int) -> HttpResponse:
    """Put the review off, and go back to the desk. Twice is once: the day is counted from today."""
    page = get_object_or_404(Page, pk=pk).specific
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    day = postpone(page, timezone.now())
    messages.success(
        request, f"«\u00a0{page.title}\u00a0» est à relire le {long_date(day, weekday=False)}."
    )
    return redirect("wagtailadmin_home")
