"""Requests that make no sense are answered with a 4xx in French, never with an error of the site."""

import pytest
from django.test import Client

from tests.builders import make_join_page

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
BROKEN_FORM = (
    b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n"  # never ends
    b'--x\r\nContent-Disposition: form-data; name="\xff\x00"; filename="\x00"\r\n\r\n\xff\r\n'
)

#: Body and content type of a POST.
BODIES = {
    "utf-16": (b"a=1&csrfmiddlewaretoken=x", f"{FORM}; charset=utf-16"),
    "utf-7": (b"a=1", f"{FORM}; charset=utf-7"),
    "no such encoding": (b"a=1", f"{FORM}; charset=nimp"),
    "not utf-8": (b"a=\xff\xfe&\xff=1", FORM),
    "nulls": (b"name=%00&email=%00&a=\x00", FORM),
    "lone surrogates": (b"name=%ED%A0%80&email=%ED%A0%80", FORM),
    "too many fields": (b"&".join(b"a%d=1" % number for number in range(1500)), FORM),
    "too much": (b"a=" + b"x" * 3_000_000, FORM),
    "no boundary": (b"a", "multipart/form-data"),
    "broken multipart": (BROKEN_FORM, "multipart/form-data; boundary=x"),
    "multipart in utf-16": (BROKEN_FORM, "multipart/form-data; boundary=x; charset=utf-16"),
    "boundary with accents": (b"a", "multipart/form-data; boundary=\xe9\xff"),
    "broken json": (b"{", "application/json"),
    "nothing known": (b"\xff\x00", "\x00"),
}

ADDRESSES = ("/", "/lettre/", "/compte/connexion/", "/rejoindre/", "/absente/")


@pytest.fixture
def client():
    make_join_page()
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_cannot_be_read_is_no_error_of_the_site(client, name):
    """With a CSRF cookie too: Django's own error views would read the body again."""
    body, kind = BODIES[name]
    client.cookies["csrftoken"] = "x" * 32

    statuses = [client.generic("POST", address, body, kind).status_code for address in ADDRESSES]

    assert max(statuses) < 500, statuses


def test_a_form_in_another_encoding_is_refused_in_french(client):
    client.cookies["csrftoken"] = "x" * 32

    answer = client.generic("POST", "/compte/connexion/", b"a=1", f"{FORM}; charset=utf-16")

    assert answer.status_code == 400
    assert "Cette demande n’a pas été comprise" in answer.content.decode()


@pytest.mark.parametrize("name", ["%00.jpg", "a" * 300 + ".jpg", "../" * 9 + "a.jpg"])
def test_a_picture_whose_name_cannot_exist_is_not_found(client, name):
    assert client.get(f"/media/images/{name}").status_code == 404


def test_a_null_in_a_cookie_is_refused(client):
    assert client.get("/", HTTP_COOKIE="sessionid=\x00").status_code == 400
