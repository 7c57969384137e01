"""Renditions are created when a page is published."""

import pytest
from django.test import Client
from wagtail.images.tests.utils import get_test_image_file_jpeg

from home.media.image_sizes import EVERY_SPEC, SHARED_PICTURE
from home.models import SiteRendition
from tests.builders import make_image, make_news

pytestmark = pytest.mark.django_db


def test_every_rendition_of_a_published_page_exists_beforehand():
    image, portrait = (make_image(file=get_test_image_file_jpeg(size=(60, 40))) for _ in range(2))
    page = make_news(
        main_image=image,
        body=[
            ("gallery", {"title": "", "pictures": [{"image": image, "caption": "", "credit": ""}]}),
            ("image", {"image": image, "caption": "", "credit": ""}),
            ("speakers", {"speakers": [{"name": "Camille Exemple", "portrait": portrait}]}),
        ],
    )
    made = set(SiteRendition.objects.values_list("image", "filter_spec"))

    assert Client().get(page.url).status_code == 200

    assert set(SiteRendition.objects.values_list("image", "filter_spec")) == made
    assert {spec for _image, spec in made} <= {*EVERY_SPEC, SHARED_PICTURE}
    assert {key for key, _spec in made} == {image.pk, portrait.pk}


def test_a_draft_creates_no_rendition():
    make_news(main_image=make_image(), live=False)

    assert not SiteRendition.objects.exists()
