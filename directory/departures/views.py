"""Leaving the network, and coming back through the e-mailed link."""

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from directory.accounts.views import identity_asked_again
from directory.departures import leave as leaving
from directory.models import Departure, MembersPage
from directory.models.departures import hash_of
from home.access import AccountRequest, for_any_account, is_member
from home.responses import private
from home.secret_links import secret_link


@for_any_account
@identity_asked_again
def leave(request: AccountRequest, page: MembersPage) -> HttpResponse:
    """Explain what leaving does, and leave on POST."""
    refusal = ""
    if request.method == "POST":
        try:
            leaving.leave_network(request.user, at=timezone.now())
        except leaving.TeamMemberStays as refused:
            refusal = str(refused)
        else:
            logout(request)
            return redirect("gone")
    response = page.render(
        request,
        template="directory/leave.html",
        context_overrides={"refusal": refusal, "is_member": is_member(request.user)},
    )
    response.status_code = 409 if refusal else 200
    return response


@require_safe
def gone(request: HttpRequest) -> HttpResponse:
    response = render(request, "directory/gone.html")
    response["Clear-Site-Data"] = '"cache"'  # so that the back button shows no private page
    return private(response)


@secret_link
def come_back(request: HttpRequest, token: str) -> HttpResponse:
    departure = Departure.objects.filter(token_hash=hash_of(token)).select_related("user").first()
    now = timezone.now()
    if departure is None or departure.erased_from <= now:
        return render(request, "directory/come_back_too_late.html", status=404)
    done = request.method == "POST" and leaving.undo_departure(departure, at=now)
    context = {
        "is_member": departure.was_member,
        "first_name": departure.user.first_name,
        "departure": departure,
        "done": done,
    }
    return render(request, "directory/come_back.html", context)
