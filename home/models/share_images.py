"""The picture of a link to a page, where the page has no photo of its own."""

from django.db import models
from wagtail.models import Page


class ShareImage(models.Model):
    """Drawn by `home.theme.share_images`. Without a file, the page needs none: it has a photo, or is not public."""

    #: Pixels, as networks show links.
    width, height = 1200, 630

    page = models.OneToOneField(
        Page, on_delete=models.CASCADE, related_name="share_image", verbose_name="page"
    )
    file = models.FileField("fichier", upload_to="images/liens", blank=True)
    #: Of what it shows: it is not shown once that has changed.
    digest = models.CharField("empreinte", max_length=32, blank=True)
    drawn_at = models.DateTimeField("dessinée le")

    class Meta:
        verbose_name = "image de partage"
        verbose_name_plural = "images de partage"

    def __str__(self) -> str:
        return f"{self.page}, {self.drawn_at:%d/%m/%Y}"
