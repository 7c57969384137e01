"""A gallery: many photos dropped at once, described in one table. The scripts are in `static/back_office/gallery_*.js`."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, TextChoices, prefetch_related_objects
from django.template.loader import render_to_string
from django.urls import reverse
from wagtail import blocks
from wagtail.admin.telepath import register
from wagtail.blocks.list_block import ListBlockAdapter, ListBlockValidationError
from wagtail.images import get_image_model

from home.blocks.media import GROUP, PictureBlock, sample_pictures

SAMPLE_IMAGES = 3
#: The size of Wagtail's choosers.
THUMBNAIL = "max-165x165"


class People(TextChoices):
    """Whether people on a photo can be recognised, and agree to be shown."""

    NOBODY = "aucune", "aucune"
    AGREED = "accord", "oui, accord recueilli"
    TO_CHECK = "a-verifier", "à vérifier"


class GalleryPictureBlock(PictureBlock):
    TO_CHECK = (
        "Cette photo ne peut pas être publiée ainsi. Si les personnes que l’on reconnaît sont d’accord, choisissez "
        "«\u00a0oui, accord recueilli\u00a0»\u202f; sinon, retirez-la de la galerie."
    )

    #: Empty where it was never asked: galleries of before.
    people = blocks.ChoiceBlock(
        label="Personnes reconnaissables", choices=People.choices, required=False
    )

    class Meta:
        label = "Photo"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned["people"] == People.TO_CHECK and not self.is_deferred_validation:
            raise blocks.StructBlockValidationError({"people": ValidationError(self.TO_CHECK)})
        return cleaned


class PictureListBlock(blocks.ListBlock):
    """A list to which many files are sent at once."""

    EMPTY = "Ajoutez au moins une photo, ou supprimez la galerie."

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not cleaned and not self.is_deferred_validation:
            raise ListBlockValidationError(non_block_errors=[ValidationError(self.EMPTY)])
        return cleaned

    def get_form_state(self, value: Any) -> Any:
        images = [picture["image"] for picture in value if picture["image"]]
        thumbnails = get_image_model().get_rendition_model().objects.filter(filter_spec=THUMBNAIL)
        prefetch_related_objects(
            images, Prefetch("renditions", thumbnails, to_attr="prefetched_renditions")
        )
        return super().get_form_state(value)


class PictureListAdapter(ListBlockAdapter):
    js_constructor = "home.blocks.PictureList"

    def js_args(self, block: PictureListBlock) -> list[Any]:
        name, child, empty_picture, meta = super().js_args(block)
        new_picture = empty_picture | {"people": People.TO_CHECK.value}
        context = {
            "upload": reverse("gallery_upload"),
            "remove": reverse("wagtailimages:delete", args=[0]),
            "people": People,
        }
        meta["tools"] = render_to_string("home/admin/gallery_tools.html", context)
        return [name, child, new_picture, meta]

    @property
    def media(self) -> forms.Media:
        return super().media + forms.Media(
            js=[
                f"back_office/gallery_{part}.js"
                for part in ("list", "rows", "send", "receive", "wait", "remove")
            ],
            css={"all": ["back_office/gallery.css"]},
        )


register(PictureListAdapter(), PictureListBlock)


class GalleryBlock(blocks.StructBlock):
    title = blocks.CharBlock(
        label="Titre",
        required=False,
        max_length=120,
        help_text="Par exemple «\u00a0Retour en images\u00a0».",
    )
    pictures = PictureListBlock(GalleryPictureBlock(), label="Photos", default=[])

    class Meta:
        template = "components/blocks/gallery.html"
        icon = "image"
        label = "Galerie"
        group = GROUP
        description = "Plusieurs photos, déposées d’un coup\u00a0: une planche-contact, que l’on agrandit d’un clic."
        preview_value = {"title": "Retour en images"}

    def pictures_of(self, value: Any) -> Iterator[tuple[Any, str]]:
        """Yield each image with its use, for `home.media.page_pictures`."""
        yield from ((picture["image"], "gallery") for picture in value["pictures"])

    def get_preview_value(self) -> Any:
        return self.normalize(
            {**self.meta.preview_value, "pictures": sample_pictures(SAMPLE_IMAGES)}
        )
