"""Views to write to a member from their card, and to read one's own messages."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from directory.messages import messaging
from directory.messages.forms import WriteForm
from directory.models import Card, ContactBlock, ContactMessage, DirectoryPage, Member, MembersPage
from home.access import AccountRequest
from home.forms.rate_limits import refuse_flood, too_many_posts
from home.forms.typed import fill_again
from home.prefetch.parts import parts_of

PER_LIST = 50
#: Value of the query parameter `envoye` when the message is held for review.
HELD = "relecture"


@sensitive_post_parameters()
def write(request: AccountRequest, page: DirectoryPage, slug: str) -> HttpResponse:
    # Members can be answered even if their card is hidden.
    card = Card.objects.present().for_card().filter(slug=slug).first()
    recipient, sender = card and card.specific, Member.objects.of_user(request.user)
    if not isinstance(recipient, Member) or recipient.user_id == request.user.pk:
        raise Http404
    if sender is None:  # staff without a card could not be answered
        return redirect(parts_of(request).url("membres", "own_card") or "/")
    if request.method == "POST" and too_many_posts(request, "messages"):
        return refuse_flood(request)
    form = fill_again(WriteForm(request.POST or None), request)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            message = messaging.write_message(
                sender=sender, recipient=recipient, at=timezone.now(), **form.cleaned_data
            )
        except messaging.TooManyMessages as refusal:
            form.add_error(None, str(refusal))
            status = 429
        else:
            is_held = message.review == ContactMessage.Review.WAITING
            return redirect(f"{request.path}?envoye={HELD if is_held else 1}")
    response = page.render(
        request,
        template="directory/write.html",
        context_overrides={
            "form": form,
            "recipient": recipient,
            "sent": "envoye" in request.GET and not form.is_bound,
            "held": request.GET.get("envoye") == HELD,
            "reviewed": messaging.is_reviewed(sender, timezone.now()),
        },
    )
    response.status_code = status
    return response


def received(request: AccountRequest, page: MembersPage) -> HttpResponse:
    messages = ContactMessage.objects.received_by(request.user)[:PER_LIST]
    return page.render(
        request, template="directory/own_messages.html", context_overrides={"rows": messages}
    )


def message(request: AccountRequest, page: MembersPage, uuid: UUID) -> HttpResponse:
    """Show a message that the visitor received. POST reports it, or blocks or unblocks its sender."""
    found = ContactMessage.objects.received_by(request.user).filter(uuid=uuid).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        act(request, found)
        return redirect(request.path)
    return page.render(
        request,
        template="directory/own_message.html",
        context_overrides={
            "message": found,
            "author": found.sender and Member.objects.of_user(found.sender),
            "blocked": ContactBlock.objects.filter(
                by=request.user, blocked=found.sender_id or 0
            ).exists(),
        },
    )


def act(request: AccountRequest, found: ContactMessage) -> None:
    gesture = request.POST.get("geste", "")
    if gesture == "signaler":
        found.report(timezone.now())
    elif found.sender is None:
        return  # the sender has left: there is nobody to block or unblock
    elif gesture == "bloquer":
        messaging.close_door(by=request.user, to=found.sender)
    elif gesture == "debloquer":
        messaging.open_door(by=request.user, to=found.sender)
