"""Media blocks: images, videos, embedded content."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.images import get_image_model

from home.blocks.choosers import DescribedImageBlock
from home.blocks.rich_text import FLOWING, RichBlock
from home.embeds import PROVIDERS, VIDEO_PROVIDERS, Frame, frame_of, host_of

GROUP = "Images et médias"


class PictureValue(blocks.StructValue):
    @property
    def credit_line(self) -> str:
        """Return the credit given in the block, else the image's own."""
        return self.get("credit") or getattr(self.get("image"), "credit", "")


class PictureBlock(blocks.StructBlock):
    """An image with its caption and credit, alone or as an item of a gallery."""

    image = DescribedImageBlock(label="Image")
    caption = blocks.CharBlock(label="Légende", required=False, max_length=255)
    credit = blocks.CharBlock(
        label="Crédit", required=False, max_length=120, help_text="Vide : celui de l’image."
    )

    class Meta:
        icon = "image"
        label = "Image"
        value_class = PictureValue


class ImageBlock(PictureBlock):
    class Meta:
        template = "components/blocks/image.html"
        group = GROUP
        description = "Une image dans le texte, avec sa légende et son crédit."
        preview_value = {"caption": "La salle, avant que tout commence", "credit": "Le réseau"}

    def pictures_of(self, value: Any) -> Iterator[tuple[Any, str]]:
        """Yield the image with its use, for `home.media.page_pictures`."""
        yield value["image"], "figure"

    def get_preview_value(self) -> Any:
        return self.normalize(dict(sample_pictures(1)[0]) | self.meta.preview_value)


def sample_pictures(number: int) -> list[dict[str, Any]]:
    """Return the latest images of the library, for the block's preview."""
    images = list(get_image_model().objects.order_by("-pk")[:number])
    for image in images:
        image.contextual_alt_text, image.decorative = image.title, False
    empty = {"image": None, "caption": "", "credit": ""}
    return [{**empty, "image": image} for image in images] or [empty]


class VideoValue(blocks.StructValue):
    @property
    def frame(self) -> Frame | None:
        return frame_of(self.get("url") or "", VIDEO_PROVIDERS)

    @property
    def host(self) -> str:
        return host_of(self.get("url") or "")


class VideoBlock(blocks.StructBlock):
    url = blocks.URLBlock(label="Adresse de la vidéo", max_length=500)
    title = blocks.CharBlock(label="Titre", required=False, max_length=255)
    length = blocks.CharBlock(
        label="Durée", required=False, max_length=40, help_text="Par exemple « 4 min 30 »."
    )
    transcript = RichBlock(
        label="Transcription",
        required=False,
        features=FLOWING,
        help_text="Ce qui est dit et montré, pour qui ne peut pas voir ou entendre la vidéo.",
    )

    class Meta:
        template = "components/blocks/video.html"
        icon = "media"
        label = "Vidéo"
        group = GROUP
        value_class = VideoValue
        description = (
            "Une vidéo d’un autre site. Rien n’en est chargé avant que la personne le demande. "
            f"Sites connus : {', '.join(item.name for item in VIDEO_PROVIDERS)} ; les autres sont liés."
        )
        preview_value = {
            "url": "https://framatube.org/w/9db9f8f1-9b54-44ed-9e91-461d262d2205",
            "title": "Comment s’est construite la feuille de route",
            "length": "4 min 30",
            "transcript": "<p>Une salle se remplit. Une voix raconte la première réunion.</p>",
        }


class EmbedValue(blocks.StructValue):
    @property
    def frame(self) -> Frame | None:
        return frame_of(self.get("url") or "")

    @property
    def host(self) -> str:
        return host_of(self.get("url") or "")


class EmbedBlock(blocks.StructBlock):
    url = blocks.URLBlock(label="Adresse", max_length=500)
    title = blocks.CharBlock(
        label="Titre",
        max_length=255,
        help_text="Ce que c’est, pour qui ne le voit pas : « Carte des participant·es ».",
    )

    class Meta:
        template = "components/blocks/embed.html"
        icon = "code"
        label = "Contenu d’un autre site"
        group = GROUP
        value_class = EmbedValue
        description = (
            "Une carte, un son, une présentation. Rien n’est chargé avant que la personne le demande. "
            f"Sites acceptés : {', '.join(item.name for item in PROVIDERS)}."
        )
        preview_value = {
            "url": "https://umap.openstreetmap.fr/fr/map/tiers-lieux_123456",
            "title": "Carte des tiers-lieux de la région",
        }

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned.frame is None:
            sites = ", ".join(item.name for item in PROVIDERS)
            error = ValidationError(f"Cette adresse n’est pas d’un site accepté : {sites}.")
            raise blocks.StructBlockValidationError({"url": error})
        return cleaned
