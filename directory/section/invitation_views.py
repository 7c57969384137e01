"""Views of invitations: the list, and downloads, checked for dates and audience and counted."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from wagtail.models import Page

from directory.models import Invitation, InvitationDownload, InvitationsPage, Member, User
from directory.models.querysets import InvitationQuerySet
from home.access import AccountRequest, is_member, may_download
from home.forms.rate_limits import over, refuse_flood
from home.models import SiteDocument, SiteSettings
from home.pdf.leaflets import Letterhead, pdf_of
from home.prefetch.parts import parts_of
from home.privacy.downloads import sent

#: Maximum PDFs generated per member and minute. Each takes about 0.2 s of CPU.
SHEETS_PER_MINUTE = 20


def invitations(request: AccountRequest, page: InvitationsPage) -> HttpResponse:
    found = offered(request.user, Member.objects.of_user(request.user))
    return page.render(request, context_overrides={"invitations": found})


def download(request: AccountRequest, page: InvitationsPage, pk: int) -> HttpResponseBase:
    """Serve the document, or a PDF of the page as published. Raise Http404 outside its dates or audience."""
    found = offered(request.user, Member.objects.of_user(request.user)).filter(pk=pk).first()
    if found is None:
        raise Http404
    now = timezone.now()
    response: HttpResponseBase
    if found.document is None:
        response = made(request, found, now)
    elif may_download(request.user, found.document):
        response = sent(request, found.document)
    else:
        raise PermissionDenied
    if request.method == "GET" and response.status_code == 200 and is_member(request.user):
        InvitationDownload.objects.create(invitation=found, user=request.user, downloaded_at=now)
    return response


def made(request: AccountRequest, invitation: Invitation, now: datetime) -> HttpResponse:
    """Generate the PDF. It is not stored, so that it is never out of date."""
    if over(f"invitation:{request.user.pk}", SHEETS_PER_MINUTE):
        return refuse_flood(request)
    leaflet = invitation.leaflet(now)
    source: Page | None = invitation.page
    if leaflet is None or source is None:
        raise Http404
    content = pdf_of(
        leaflet,
        Letterhead.of(SiteSettings.for_request(request)),
        url=source.get_full_url(request) or "",
        revised_at=source.last_published_at,
    )
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="invitation-{source.slug}.pdf"',
            "Content-Security-Policy": "default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )


def through_its_invitation(document: SiteDocument, request: HttpRequest) -> HttpResponse | None:
    """Redirect an invitation's document to the invitation's URL, which counts downloads (hook `before_serve_document`).

    Members only. Raise Http404 outside its dates or audience, except for staff who manage invitations.
    """
    invitations = Invitation.objects.filter(document=document)
    user = request.user
    if not user.is_authenticated or not is_member(user) or not invitations.exists():
        return None
    found = offered(user, Member.objects.of_user(user)).filter(document=document).first()
    if found is not None:
        return redirect(parts_of(request).url("invitations", "download", pk=found.pk) or "/")
    if user.has_perm("directory.change_invitation"):
        return None
    raise Http404


def offered(user: User, member: Member | None) -> InvitationQuerySet:
    """Return the invitations offered to the user today. Staff without a card (`member` is None) get all audiences."""
    ambassador = member is None or member.is_ambassador
    return Invitation.objects.offered_to(user, timezone.localdate(), ambassador=ambassador)
