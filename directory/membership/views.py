"""Views to ask to join: the form, the same thanks in all cases, and the confirmation from the e-mailed link."""

from datetime import timedelta
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from directory.emails import JOIN_SALT
from directory.membership import admission
from directory.membership.forms import JoinForm
from directory.membership.referrals import invitation_behind
from directory.models import ColleagueInvitation, JoinPage, JoinRequest
from home.blocks import prepare
from home.forms.expired import expired, show_again
from home.forms.rate_limits import (
    ASKED_PER_HOUR,
    POSTS_PER_HOUR,
    FormLimits,
    receive_form,
    refuse_flood,
    too_many_posts,
)
from home.responses import private
from home.secret_links import read_signed, secret_link

LIMITS = FormLimits("rejoindre", per_hour=POSTS_PER_HOUR, from_everyone=ASKED_PER_HOUR)
LINK_LIVES = timedelta(hours=24)


@sensitive_post_parameters()
def join(request: HttpRequest, page: JoinPage) -> HttpResponse:
    if request.method == "POST" and not getattr(request, "is_preview", False):
        return receive_request(request, page)
    invitation = invitation_behind(request.GET.get("invitation", ""), timezone.now())
    return show_request_form(request, page, JoinForm(initial=known_of(invitation)))


def known_of(invitation: ColleagueInvitation | None) -> dict[str, str]:
    """Return the initial values of an invited person's form."""
    if invitation is None:
        return {}
    host = getattr(invitation.by, "member", None)
    return {
        "first_name": invitation.first_name,
        "last_name": invitation.last_name,
        "email": invitation.email,
        "organisation": host.workplace if host else "",
        "invitation": str(invitation.uuid),
    }


def receive_request(request: HttpRequest, page: JoinPage) -> HttpResponse:
    form = receive_form(
        request,
        partial(JoinForm, request.POST),
        LIMITS,
        show=partial(show_request_form, request, page),
    )
    if isinstance(form, HttpResponse):
        return form
    now = timezone.now()
    invitation = invitation_behind(form.cleaned_data["invitation"], now)
    admission.request_to_join(
        form.cleaned_data,
        charter_version=page.charter_version,
        invited_by=invitation.by if invitation else None,
        at=now,
    )
    return thank(request, page)


@show_again.register
def show_request_again(page: JoinPage, request: HttpRequest) -> HttpResponse:
    """Show the form again with its values if its CSRF token is missing or has expired."""
    if too_many_posts(request, LIMITS.name):
        return refuse_flood(request)
    response = show_request_form(request, page, expired(JoinForm(request.POST)))
    response.status_code = 403
    return response


def show_request_form(request: HttpRequest, page: JoinPage, form: JoinForm) -> HttpResponse:
    """Show the form. With somebody's values, or for somebody with an account, no cache may keep it."""
    prepare(page, request)
    response = page.render(request, context_overrides={"form": form})
    is_of_somebody = form.is_bound or form.initial or request.user.is_authenticated
    return private(response) if is_of_somebody else response


def thank(request: HttpRequest, page: JoinPage) -> HttpResponse:
    response = redirect(page.route_url(request, "join_sent"))
    response.status_code = 303
    return response


def join_sent(request: HttpRequest, page: JoinPage) -> HttpResponse:
    return page.render(request, template="directory/join_sent.html")


@secret_link
def join_confirm(request: HttpRequest, token: str) -> HttpResponse:
    asked = request_of(token)
    if asked is None:
        return render(request, "directory/join_dead_link.html", status=404)
    context = {"first_name": asked.first_name, "done": False, "already": False}
    if asked.state != JoinRequest.State.SENT:
        context["already"] = True
    elif request.method == "POST":
        context["done" if admission.confirm(asked, at=timezone.now()) else "already"] = True
    return render(request, "directory/join_confirm.html", context)


def request_of(token: str) -> JoinRequest | None:
    pk = read_signed(token, salt=JOIN_SALT, max_age=LINK_LIVES)
    return JoinRequest.objects.filter(pk=pk).first()
