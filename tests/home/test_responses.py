from django.http import HttpResponse

from home.responses import private, secret

KEPT = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex", "Vary": "Cookie"}


def headers(response: HttpResponse) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name != "Content-Type"}


def test_what_is_private_is_kept_by_nobody_whatever_was_said_before() -> None:
    response = HttpResponse(headers={"Cache-Control": "public, max-age=300"})

    assert private(response) is response
    assert headers(response) == KEPT


def test_no_other_site_hears_of_a_secret_address() -> None:
    assert headers(secret(HttpResponse())) == KEPT | {"Referrer-Policy": "no-referrer"}
