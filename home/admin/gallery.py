"""The photos of a gallery: each file that the editor drops is sent here, and becomes an image of the library."""

from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseBadRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views import View
from wagtail.admin.views.generic import PermissionCheckedMixin
from wagtail.images.forms import BaseImageForm, get_image_form
from wagtail.images.permissions import ImagesPermissionPolicyGetter, permission_policy
from wagtail.images.utils import find_image_duplicates
from wagtail.images.widgets import AdminImageChooser
from wagtail.models import Collection

from home.access import Account, AccountRequest
from home.blocks.gallery import THUMBNAIL
from home.media.renditions import draw
from home.models import SiteImage

LONGEST_TITLE = 255
NO_COLLECTION = (
    "Vous ne pouvez ajouter de photo dans aucune collection publique\u00a0: demandez-en le droit."
)


class GalleryUpload(PermissionCheckedMixin, View):
    """Take one photo, with the form and the rights of Wagtail's upload of several images."""

    permission_policy = ImagesPermissionPolicyGetter()
    permission_required = "add"
    http_method_names = ["post"]

    def post(self, request: AccountRequest) -> HttpResponseBase:
        file = request.FILES.get("file")
        if file is None:
            return HttpResponseBadRequest()
        collection = open_collection(request.user)
        if collection is None:
            return JsonResponse({"error": NO_COLLECTION}, status=422)
        form = image_form(file, collection, by=request.user)
        if not form.is_valid():
            sentences = [sentence for errors in form.errors.values() for sentence in errors]
            return JsonResponse({"error": " ".join(sentences)}, status=422)
        return JsonResponse(described(keep_image(form, by=request.user), by=request.user))


def open_collection(user: Account) -> Collection | None:
    """Return the first collection in which this user may add images, and whose images everybody may see."""
    allowed = permission_policy.collections_user_has_permission_for(user, "add").order_by("path")
    return next((each for each in allowed if not each.get_view_restrictions()), None)


def image_form(file: UploadedFile, collection: Collection, *, by: Account) -> BaseImageForm:
    title = PurePath(file.name or "").stem[:LONGEST_TITLE]
    data = {"title": title, "collection": collection.pk}
    return get_image_form(SiteImage)(data, {"file": file}, user=by)


def keep_image(form: BaseImageForm, *, by: Account) -> SiteImage:
    image: SiteImage = form.save(commit=False)
    image.uploaded_by_user = by
    image.save()
    draw(image, [THUMBNAIL])  # a JPEG is read at an eighth of its size for it
    return image


def described(image: SiteImage, *, by: Account) -> dict[str, Any]:
    """Return what the gallery shows of an image, when it was taken, and whether it was there already."""
    same = find_image_duplicates(image, by, permission_policy).first()
    return {
        "image": AdminImageChooser().get_value_data_from_instance(image),
        "taken": image.taken_at and image.taken_at.timestamp(),
        "same": same and same.title,
    }
