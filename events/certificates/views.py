"""Addresses of attestations: anybody checks one by its code, a registrant downloads their own."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from events.certificates.document import pdf_of_certificate
from events.certificates.forms import CodeForm, SurnameForm
from events.certificates.issuance import NotPresent, Revoked, facts_of, issue, refusal_to_issue
from events.models import Certificate, Registration
from events.models.certificate import read_code
from events.registration.own_views import own_view
from events.registration.refusals import Refusal
from home.forms.expired import expired, shown_again
from home.forms.rate_limits import HOUR, over, refuse_flood, too_many_posts
from home.pdf.leaflets import PressFailed
from home.responses import private

#: Surnames compared with one attestation in an hour, from all networks together.
TRIES = 5
#: Documents made for one person in a minute.
DOWNLOADS = 20


@require_safe
def check_certificate(request: HttpRequest) -> HttpResponse:
    """Ask for the code of an attestation, and go on to its page."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("certificate", form.cleaned_data["code"])
    return private(render(request, "events/certificates/check.html", {"form": form}))


def show_comparison_again(request: HttpRequest) -> HttpResponse:
    """Show the form again with the surname if its CSRF token is missing or has expired."""
    if too_many_posts(request, "attestation"):
        return refuse_flood(request)
    match = request.resolver_match
    code = read_code(match.kwargs["code"]) if match else ""
    found = get_object_or_404(Certificate.objects.with_code(code))
    response = show_certificate(request, found, expired(SurnameForm(request.POST)))
    response.status_code = 403
    return response


@shown_again(show_comparison_again)
@require_http_methods(["GET", "HEAD", "POST"])
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Say whether an attestation is authentic, without a name; on POST, whether a surname is the one on it."""
    read = read_code(code)
    if read and read != code:
        response = redirect("certificate", read)
        # What was typed as a surname is not sent again to another address.
        response.status_code = 303
        return response
    found = Certificate.objects.with_code(read).first()
    if found is None:
        form = CodeForm(initial={"code": code})
        return private(
            render(request, "events/certificates/unknown.html", {"form": form}, status=404)
        )
    if request.method != "POST":
        return show_certificate(request, found, SurnameForm())
    if too_many_posts(request, "attestation"):
        return refuse_flood(request)
    return compare_surname(request, found)


def compare_surname(request: HttpRequest, found: Certificate) -> HttpResponse:
    form = SurnameForm(request.POST)
    if found.erased_at is not None or not form.is_valid():
        return show_certificate(request, found, form)
    if over(f"attestation:{found.code}", TRIES, HOUR):
        return refuse_flood(request, HOUR)
    return show_certificate(
        request, found, form, matches=found.has_surname(form.cleaned_data["surname"])
    )


def show_certificate(
    request: HttpRequest, found: Certificate, form: SurnameForm, *, matches: bool | None = None
) -> HttpResponse:
    context = {
        "certificate": found,
        "facts": found.facts or facts_of(found.registration),
        "form": form,
        "matches": matches,
        "is_compared": matches is not None,
    }
    return private(render(request, "events/certificates/certificate.html", context))


@own_view
def own_certificate(request: HttpRequest, registration: Registration) -> HttpResponseBase:
    """Give the attestation once it is issued; issue it on POST. A GET changes nothing."""
    found = Certificate.objects.filter(registration=registration).first()
    if found is None and request.method != "POST":
        return ask_for_own(request, registration, refusal_to_issue(registration, timezone.now()))
    try:
        found = issue(registration=registration, now=timezone.now()) if found is None else found
    except Refusal as refusal:
        return ask_for_own(request, registration, refusal)
    if found.revoked_at is not None:
        return ask_for_own(request, registration, Revoked())
    if found.is_withdrawn:
        return ask_for_own(request, registration, NotPresent())
    if over(f"attestation-pdf:{registration.pk}", DOWNLOADS):
        return refuse_flood(request)
    return document_of(request, found, registration)


def ask_for_own(
    request: HttpRequest, registration: Registration, refusal: Refusal | None
) -> HttpResponse:
    context = {"registration": registration, "event": registration.event, "refusal": refusal}
    status = 409 if refusal else 200
    return render(request, "events/own/certificate.html", context, status=status)


def document_of(
    request: HttpRequest, found: Certificate, registration: Registration
) -> HttpResponse:
    try:
        content = pdf_of_certificate(found, registration)
    except PressFailed:
        return private(render(request, "events/certificates/failed.html", status=503))
    name = f"attestation-{slugify(registration.event.title)[:60]}.pdf"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
    }
    return private(HttpResponse(content, content_type="application/pdf", headers=headers))
