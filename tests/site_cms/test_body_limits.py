from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from events.models import Registration
from site_cms.body_limits import IN_BACK_OFFICE, WITH_FILES
from tests.builders import make_event, make_home, make_join_page

pytestmark = pytest.mark.django_db

TEXT = settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def post(address: str, length: Any) -> Any:
    """Announce a body of this length and send none."""
    client = Client(headers={"Origin": "http://testserver"})
    return client.post(
        address,
        b"",
        content_type="application/x-www-form-urlencoded",
        CONTENT_LENGTH=str(length),
    )


@pytest.mark.parametrize(
    ("make", "limit", "said"),
    [
        (lambda: "/lettre/", TEXT, "2 Mo"),
        (lambda: "/compte/connexion/", TEXT, "2 Mo"),
        (lambda: make_join_page().url, WITH_FILES, "22 Mo"),
        (lambda: make_event().url, WITH_FILES, "22 Mo"),
        (lambda: "/admin/images/add/", IN_BACK_OFFICE, "40 Mo"),
    ],
)
def test_a_body_above_the_limit_of_its_address_is_refused_in_words(make, limit, said):
    make_home()
    address = make()

    refused, taken = post(address, limit + 1), post(address, limit)

    assert refused.status_code == 413
    assert said in refused.content.decode()
    assert "Cet envoi est trop lourd" in refused.content.decode()
    assert "no-store" in refused["Cache-Control"]
    assert taken.status_code != 413


@pytest.mark.parametrize("length", ["", "x", "-1", "1e99", "²"])
def test_a_length_that_is_no_number_is_no_fault(length):
    make_home()

    assert post("/lettre/", length).status_code == 200  # the empty form


def test_fields_that_are_too_long_are_refused_in_words_too():
    """Django measures the fields of a form with files as it reads them."""
    event_url = make_event().url
    data = {
        "name": "a" * (TEXT + 1),
        "photo": SimpleUploadedFile("a.txt", b"text"),
    }

    refused = Client().post(event_url, data)

    assert refused.status_code == 413
    assert not Registration.objects.exists()


def test_the_limits_leave_room_for_what_their_forms_take():
    assert settings.WAGTAILDOCS_MAX_UPLOAD_SIZE < IN_BACK_OFFICE
    assert settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE < IN_BACK_OFFICE
    assert TEXT < WITH_FILES < IN_BACK_OFFICE
