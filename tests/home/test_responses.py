from django.http import HttpResponse

from home.responses import private, secret

KEPT = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex", "Vary": "Cookie"}


def headers(response: HttpResponse) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name != "Content-Type"}


def test_a_private_response_overrides_an_earlier_cache_control() -> None:
    response = HttpResponse(headers={"Cache-Control": "public, max-age=300"})

    assert private(response) is response
    assert headers(response) == KEPT


def test_a_secret_response_sends_no_referrer() -> None:
    assert headers(secret(HttpResponse())) == KEPT | {"Referrer-Policy": "no-referrer"}
