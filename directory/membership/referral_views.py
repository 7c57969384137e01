"""Views to invite a colleague, in the members' section."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from directory.membership import referrals
from directory.membership.forms import InviteForm
from directory.models import Member, MembersPage
from home.access import AccountRequest
from home.forms.rate_limits import FormLimits, receive_form
from home.forms.typed import fill_again

LIMITS = FormLimits("inviter")
SENT = "envoyee"


@sensitive_post_parameters()
def invite(request: AccountRequest, page: MembersPage) -> HttpResponse:
    """Show and process the form. The answer does not reveal whether the address is known."""
    member = Member.objects.of_user(request.user)
    if member is None:  # staff without a card have no name to sign with
        return redirect(page.route_url(request, "own_card"))
    if request.method == "POST":
        return receive_invitation(request, page, member)
    form = fill_again(InviteForm(), request)
    return show_invitation(request, page, form, sent=SENT in request.GET)


def receive_invitation(request: AccountRequest, page: MembersPage, member: Member) -> HttpResponse:
    form = receive_form(
        request,
        partial(InviteForm, request.POST),
        LIMITS,
        show=partial(show_invitation, request, page),
    )
    if isinstance(form, HttpResponse):
        return form
    try:
        referrals.invite_colleague(member=member, colleague=form.cleaned_data, at=timezone.now())
    except referrals.TooManyInvitations as refusal:
        form.add_error(None, str(refusal))
        return show_invitation(request, page, form, status=429)
    return thank_host(request)


def thank_host(request: AccountRequest) -> HttpResponse:
    return redirect(f"{request.path}?{SENT}=1")


def show_invitation(
    request: AccountRequest,
    page: MembersPage,
    form: InviteForm,
    *,
    sent: bool = False,
    status: int = 200,
) -> HttpResponse:
    response = page.render(
        request, template="directory/invite.html", context_overrides={"form": form, "sent": sent}
    )
    response.status_code = status
    return response
