"""Invitations that members download."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from directory.models import InvitationsPage
from directory.views.section import invitations_for, member_of


def invitations(request: HttpRequest, page: InvitationsPage) -> HttpResponse:
    return page.render(
        request, context_overrides={"invitations": invitations_for(member_of(request.user))}
    )


def download(request: HttpRequest, page: InvitationsPage, pk: int) -> HttpResponseBase:
    """To the file, when its dates and its audience allow: the document's own address asks for membership again."""
    invitation = invitations_for(member_of(request.user)).filter(pk=pk).first()
    if invitation is None:
        raise Http404
    return redirect(invitation.document.url)
