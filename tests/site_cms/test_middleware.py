"""Content-Security-Policy of the site and of the back office."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from home.embeds import FRAME_HOSTS
from site_cms.middleware import PolicyMiddleware


def policy_of(path: str) -> dict[str, list[str]]:
    request = HttpRequest()
    request.path = request.path_info = path
    middleware: Any = PolicyMiddleware(lambda request: HttpResponse())
    header = middleware(request)["Content-Security-Policy"]
    return {words[0]: words[1:] for words in map(str.split, header.split(";"))}


SITE = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'none'"],
    "connect-src": ["'none'"],
    "media-src": ["'none'"],
    "object-src": ["'none'"],
    "frame-src": FRAME_HOSTS,
    "worker-src": ["'none'"],
    "manifest-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}


def test_the_site_runs_its_own_scripts_and_styles_only():
    """A41."""
    assert policy_of("/actualites/") == SITE


def test_the_log_in_may_ask_for_a_passkey():
    assert policy_of("/compte/connexion/") == {
        **SITE,
        "connect-src": ["'self'"],
        "frame-src": ["'none'"],
    }


def test_the_back_office_may_use_inline_scripts_but_load_none_from_elsewhere():
    assert policy_of("/admin/pages/") == {
        **SITE,
        "script-src": ["'self'", "'unsafe-inline'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "connect-src": ["'self'"],
        "frame-src": ["'self'"],
        "frame-ancestors": ["'self'"],
    }


def test_a_path_that_only_resembles_the_back_office_gets_the_strict_policy():
    assert policy_of("/administration/") == policy_of("/")
