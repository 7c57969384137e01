import re
from pathlib import Path

from django.http import HttpResponse

from home.responses import private, secret

KEPT = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex", "Vary": "Cookie"}

ROOT = Path(__file__).resolve().parents[2]


def headers(response: HttpResponse) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name != "Content-Type"}


def test_a_private_response_overrides_an_earlier_cache_control() -> None:
    response = HttpResponse(headers={"Cache-Control": "public, max-age=300"})

    assert private(response) is response
    assert headers(response) == KEPT


def test_a_secret_response_sends_no_referrer() -> None:
    assert headers(secret(HttpResponse())) == KEPT | {"Referrer-Policy": "no-referrer"}


def test_no_other_module_writes_these_headers() -> None:
    written = re.compile(r"no-store|X-Robots-Tag|[\"']Referrer-Policy|add_never_cache_headers")
    sources = [
        path
        for app in ("home", "events", "directory", "site_cms")
        for path in (ROOT / app).rglob("*.py")
    ]

    found = {str(path.relative_to(ROOT)) for path in sources if written.search(path.read_text())}

    # The shelf reads them, to keep nothing that is for one visitor.
    assert found == {"home/responses.py", "site_cms/shelf/entries.py"}
