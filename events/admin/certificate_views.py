"""Back-office screens of attestations: to everybody present, and the document of one person."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from events.certificates.distribution import people_to_send_to, send_certificate, send_certificates
from events.certificates.issuance import NotOverYet, refusal_to_issue
from events.certificates.views import document_of
from events.models import Certificate, EventPage, Registration
from home.access import AccountRequest
from home.admin import WordForm
from home.admin.confirmation import SHOWN, letters_of, show_confirmation
from home.forms.fields import PlainTextField
from home.french import count_of

LABEL = "Attestations pour toutes les personnes présentes"
MAY_SEND = "events.change_registration"
NOBODY = (
    "Personne n’a été pointé présent à cette rencontre\u00a0: il n’y a pas d’attestation à envoyer."
)
ALL_TOLD = "Toutes les personnes présentes qui ont une adresse ont déjà reçu leur attestation."


class RevocationForm(WordForm):
    """The reason of a revocation, which the page of the attestation shows to everybody."""

    word = PlainTextField(
        label="Motif, montré à qui vérifie l’attestation",
        max_length=200,
        help_text="Par exemple\u00a0: durée corrigée. N’y écrivez aucun nom.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def send_to_everybody(request: AccountRequest, pk: int) -> HttpResponse:
    """Show the letter and how many people get it, then send it once to each."""
    if not request.user.has_perm(MAY_SEND):
        raise PermissionDenied
    event = get_object_or_404(EventPage, pk=pk)
    back = f"{reverse('events_registration_modeladmin_index')}?evenement={event.pk}"
    people = people_to_send_to(event)
    refusal = refusal_to_send(event, people)
    if refusal:
        messages.warning(request, refusal)
        return redirect(back)
    if request.method != "POST":
        return ask(request, event, people, back)
    send_certificates.enqueue(event.pk)
    number = count_of(len(people), "personne")
    messages.success(request, f"Les attestations partent à {number}, à chacune séparément.")
    return redirect(back)


def refusal_to_send(event: EventPage, people: list[Registration]) -> str:
    """Return why nothing can be sent, in a sentence, or an empty string."""
    if not event.is_past(timezone.now()):
        return str(NotOverYet())
    if not event.attendance_is_recorded:
        return NOBODY
    if not people:
        return ALL_TOLD
    return str(refusal_to_issue(people[0], timezone.now()) or "")


def ask(
    request: HttpRequest, event: EventPage, people: list[Registration], back: str
) -> HttpResponse:
    def send() -> None:
        for one in people[:SHOWN]:
            send_certificate(one, timezone.now())

    without = event.registrations.present().unreachable().count()
    who = count_of(
        len(people),
        "personne présente reçoit l’adresse de son attestation,"
        "personnes présentes reçoivent chacune l’adresse de leur attestation",
    )
    explanation = f"{who}, une seule fois. Le nom est celui de l’inscription\u00a0: corrigez-le avant, il reste celui du document."
    if without:
        explanation += (
            f" {count_of(without, 'personne présente n’a,personnes présentes n’ont')} pas d’adresse\u00a0: faites leur attestation "
            "depuis la liste des inscriptions."
        )
    return show_confirmation(
        request,
        label=LABEL,
        about=event,
        explanation=explanation,
        letters=letters_of(send),
        others=max(0, len(people) - SHOWN),
        back=back,
    )


@require_safe
def download_certificate(request: AccountRequest, pk: int) -> HttpResponse:
    """Give the attestation of a registration, once it is issued."""
    if not request.user.has_perm(MAY_SEND):
        raise PermissionDenied
    found = get_object_or_404(
        Certificate.objects.select_related("registration__event"),
        registration=pk,
        erased_at=None,
        revoked_at=None,
    )
    return document_of(request, found, found.registration)
