"""The floor of the benchmark: a Django view that returns given bytes and headers, on the server of the site.

Run as `python -m tests.bench.bare_site`; BARE_PAGE names the file of the bytes.
"""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

from site_cms.gateway import Gateway
from site_cms.web import run_server

HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Encoding": "gzip",
    "Content-Type": "text/html; charset=utf-8",
    "ETag": '"0123456789abcdef0123-gz"',
    "Vary": "Accept-Encoding",
}


def bare(request: HttpRequest, page: str = "") -> HttpResponse:
    return HttpResponse(PAGE, headers=HEADERS)


urlpatterns = [path("", bare), path("<path:page>", bare)]


def load_bare_site() -> Any:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="tests.bench.bare_site",
        SECRET_KEY="nothing is signed",
    )
    return Gateway(get_wsgi_application(), lambda path: 0)


PAGE = Path(os.environ["BARE_PAGE"]).read_bytes()

if __name__ == "__main__":
    run_server(load_bare_site)
