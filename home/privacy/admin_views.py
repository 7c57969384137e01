"""Privacy forms of the back office, with checks of a collection's images and a page's aliases.

Wagtail has no hook between the form and its saving, so these views take its URLs (in `site_cms.urls`), answer when
they refuse, and call Wagtail's view otherwise.
"""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from wagtail.admin import messages
from wagtail.admin.auth import require_admin_access
from wagtail.admin.forms.collections import CollectionForm, CollectionViewRestrictionForm
from wagtail.admin.forms.pages import PageViewRestrictionForm
from wagtail.admin.modal_workflow import render_modal_workflow
from wagtail.admin.views import collection_privacy, collections, page_privacy
from wagtail.models import BaseViewRestriction, Collection, Page
from wagtail.permissions import collection_permission_policy

from home.access import PRIVATE_COLLECTION, is_members_collection
from home.models.page_guards import Act, refusal_of
from home.privacy.page_moves import holds_pictures, public_aliases

PICTURES = (
    "Cette collection contient des images, et une image est toujours publique : "
    "déplacez-les d’abord dans une autre collection."
)
ALIASES = (
    "Cette page se montre aussi ailleurs, dans la partie publique du site : {places}. "
    "Elle y deviendra privée elle aussi. Enregistrez de nouveau pour le confirmer, "
    "ou supprimez d’abord ces alias."
)
MEMBERS_ONLY = (
    "Cette collection tient les documents réservés aux membres du réseau\u00a0: son accès ne change pas. "
    "Pour rendre un document public, placez-le dans une autre collection."
)
CONFIRMED = "confirme"


@never_cache
@require_admin_access
def collection(request: HttpRequest, collection_id: int) -> HttpResponse:
    """Refuse to make a collection private if it or a descendant contains images, which are always public."""
    chosen = get_object_or_404(Collection, pk=collection_id)
    if is_members_collection(chosen):
        form = CollectionViewRestrictionForm(request.POST)
        form.errors.clear()
        return refuse(request, chosen, form, MEMBERS_ONLY, request.path)
    if not (becomes_private(request) and holds_pictures(chosen)):
        return collection_privacy.set_privacy(request, collection_id)
    policy = collection_permission_policy
    if not policy.user_has_permission_for_instance(request.user, "change", chosen):
        raise PermissionDenied
    form = CollectionViewRestrictionForm(request.POST)
    return refuse(request, chosen, form, PICTURES, request.path)


@never_cache
@require_admin_access
def page(request: HttpRequest, page_id: int) -> HttpResponse:
    """Refuse for a page that the site needs. Ask for confirmation, once, if public aliases would become private."""
    chosen = get_object_or_404(Page, pk=page_id).specific_deferred
    if sentence := refusal_of(chosen, Act.SET_PRIVACY):
        if not chosen.permissions_for_user(request.user).can_publish():
            raise PermissionDenied
        form = PageViewRestrictionForm(
            request.POST, private_page_options=chosen.private_page_options
        )
        form.errors.clear()
        return refuse(request, chosen, form, sentence, request.path)
    aliases = public_aliases(chosen) if becomes_private(request) else []
    if not aliases or CONFIRMED in request.GET:
        return page_privacy.set_privacy(request, page_id)
    if not chosen.permissions_for_user(request.user).can_set_view_restrictions():
        raise PermissionDenied
    form = PageViewRestrictionForm(request.POST, private_page_options=chosen.private_page_options)
    places = ", ".join(
        f"« {alias.get_admin_display_title()} » ({alias.get_parent().get_admin_display_title()})"
        for alias in aliases
    )
    again = f"{request.path}?{CONFIRMED}=1"
    return refuse(request, chosen, form, ALIASES.format(places=places), again)


def becomes_private(request: HttpRequest) -> bool:
    kind = request.POST.get("restriction_type", BaseViewRestriction.NONE)
    return request.method == "POST" and kind != BaseViewRestriction.NONE


def refuse(
    request: HttpRequest, chosen: Any, form: ModelForm, sentence: str, action_url: str
) -> HttpResponse:
    """Render Wagtail's dialog again, with the reason as a form error."""
    form.add_error("restriction_type", sentence)
    context = {"action_url": action_url, "object": chosen, "form": form}
    return render_modal_workflow(
        request,
        "wagtailadmin/shared/set_privacy.html",
        None,
        context,
        json_data={"step": "set_privacy"},
    )


class MovedCollectionForm(CollectionForm):
    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if is_members_collection(self.instance) and name != self.instance.name:
            raise ValidationError(
                f"Le site reconnaît la collection de l’espace membres à son nom\u00a0: gardez «\u00a0{PRIVATE_COLLECTION}\u00a0»."
            )
        return name

    def clean_parent(self) -> Collection:
        parent: Collection = super().clean_parent()
        if holds_pictures(self.instance) and parent.get_view_restrictions():
            raise ValidationError(PICTURES)
        return parent


class EditCollectionView(collections.Edit):
    """Wagtail's edit view, which refuses to move a collection with images below a private one."""

    form_class = MovedCollectionForm


def delete_collection(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse to delete the collection of the members' section, which `release` would make again."""
    if is_members_collection(get_object_or_404(Collection, pk=pk)):
        messages.error(
            request,
            "La collection de l’espace membres est nécessaire au site\u00a0: elle ne peut pas être supprimée. "
            "Supprimez les documents qu’elle contient, si vous n’en voulez plus.",
        )
        return redirect("wagtailadmin_collections:edit", pk)
    view = collections.Delete.as_view()
    return view(request, pk=pk)


edit_collection = never_cache(require_admin_access(EditCollectionView.as_view()))
remove_collection = never_cache(require_admin_access(delete_collection))
