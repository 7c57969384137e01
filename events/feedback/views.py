"""The page where somebody who came answers, behind the link of their letter. Only a POST changes anything."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from events.feedback.answers import letter_of, record, take_back
from events.feedback.emails import recap_of
from events.feedback.forms import FeedbackForm
from events.feedback.links import registration_behind
from events.models import Registration
from events.models.enums import ReadyQuestion
from events.models.thanks import testimony_of
from events.registration.refusals import Refusal
from home.secret_links import secret_link

#: Messages shown after an act, by the redirect's query parameter.
DONE = {
    "merci": "Merci, c’est enregistré. Vous pouvez changer vos réponses pendant trente jours.",
    "retiree": "Votre phrase est retirée du site\u00a0: elle n’est plus citée.",
    "deja-retiree": "Il n’y a pas de phrase à retirer\u00a0: rien n’a changé.",
}


@secret_link
def give_feedback(request: HttpRequest, token: str) -> HttpResponse:
    registration, now = registration_behind(token), timezone.now()
    if registration is None:
        raise Http404
    letter = letter_of(registration)
    if letter is None:
        raise Http404
    if "retirer" in request.POST:
        return done(
            token, "retiree" if take_back(registration=registration, now=now) else "deja-retiree"
        )
    if registration.erased_at:
        return page(request, registration, None)
    chosen = {one.value: request.GET.get(one.value, "") for one in ReadyQuestion}
    data = request.POST if request.method == "POST" else None
    form = FeedbackForm(data, registration=registration, letter=letter, now=now, chosen=chosen)
    if data is None or not form.is_valid():
        return page(request, registration, form)
    try:
        record(
            registration=registration,
            answers=form.answers(),
            remark=form.given_remark(),
            sentence=form.given_sentence(),
            drops_sentence=form.drops_sentence(),
            now=now,
        )
    except Refusal as refusal:
        return page(request, registration, form, status=409, refusal=refusal.sentence)
    return done(token, "merci")


def page(
    request: HttpRequest,
    registration: Registration,
    form: FeedbackForm | None,
    *,
    status: int = 200,
    refusal: str = "",
) -> HttpResponse:
    """Show the form, or without one what can still be withdrawn: the person's data are erased."""
    recap = recap_of(registration.event)
    context = {
        "event": registration.event,
        "form": form,
        "testimony": testimony_of(registration),
        "recap_url": recap.url if recap else "",
        "said": DONE.get(request.GET.get("fait", ""), ""),
        "refusal": refusal,
    }
    return render(request, "events/feedback.html", context, status=status)


def done(token: str, what: str) -> HttpResponse:
    response = redirect(f"{reverse('feedback', args=[token])}?fait={what}")
    response.status_code = 303
    return response
