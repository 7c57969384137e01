"""Editing one's own card: fields, photo, and which fields other members see."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from directory.accounts import consents
from directory.cards.forms import OwnCardForm
from directory.models import Member, MembersPage
from home.access import AccountRequest
from home.forms.typed import fill_again


@sensitive_post_parameters()
def own_card(request: AccountRequest, page: MembersPage) -> HttpResponse:
    member = Member.objects.of_user(request.user) or Member(
        user=request.user,
        first_name=request.user.first_name,
        last_name=request.user.last_name,
    )
    form = OwnCardForm(request.POST or None, request.FILES or None, instance=member)
    fill_again(form, request)
    if request.method == "POST" and form.is_valid():
        save_own_card(form)
        return redirect(f"{page.route_url(request, 'own_card')}?enregistree=1")
    return page.render(
        request,
        template="directory/own_card.html",
        context_overrides={
            "form": form,
            "member": member,
            "hidden_card": member.is_hidden(timezone.now()),
            "saved": "enregistree" in request.GET and not form.errors,
            "confirmed": "confirmee" in request.GET and not form.is_bound,
        },
    )


@transaction.atomic
def save_own_card(form: OwnCardForm) -> Member:
    """Save the card, its visibility and photo, and the account's name. Record the consents."""
    member = form.save(commit=False)
    member.visibility = form.visibility()
    member.confirmed_at, member.asked_at = timezone.now(), None
    change_photo(form, member)
    member.save()
    form.save_m2m()
    member.refresh_search_text()
    member.user.first_name, member.user.last_name = member.first_name, member.last_name
    member.user.save(update_fields=["first_name", "last_name"])
    consents.note_fields(member, at=member.confirmed_at)
    return member


def change_photo(form: OwnCardForm, member: Member) -> None:
    new, old = form.cleaned_data["photo"], form.old_photo
    if new:
        member.photo.save(new.name, new, save=False)
    elif form.cleaned_data.get("remove_photo"):
        member.photo = ""
    if old and member.photo.name != old:
        storage = Member._meta.get_field("photo").storage
        transaction.on_commit(lambda: storage.delete(old))
