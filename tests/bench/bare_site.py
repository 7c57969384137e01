"""Two floors of the benchmark on the server of the site: a Django view that returns given bytes, and WhiteNoise's file.

Run as `python -m tests.bench.bare_site`; BARE_FOLDER holds page.html and page.html.gz. The view sends the compressed bytes
at any other address.
"""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from whitenoise import WhiteNoise

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
    files = WhiteNoise(get_wsgi_application(), root=FOLDER, max_age=0)
    return Gateway(files, lambda path: 0)


FOLDER = Path(os.environ["BARE_FOLDER"])
PAGE = (FOLDER / "page.html.gz").read_bytes()

if __name__ == "__main__":
    run_server(load_bare_site)
