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


def test_the_site_runs_its_own_scripts_and_styles_only():
    """A41."""
    policy = policy_of("/actualites/")

    assert policy == {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "frame-src": ["'self'", *FRAME_HOSTS],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }


def test_the_back_office_may_use_inline_scripts_but_load_none_from_elsewhere():
    policy = policy_of("/admin/pages/")

    assert policy == {
        **policy_of("/"),
        "script-src": ["'self'", "'unsafe-inline'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "frame-src": ["'self'"],
        "frame-ancestors": ["'self'"],
    }


def test_a_path_that_only_resembles_the_back_office_gets_the_strict_policy():
    assert policy_of("/administration/") == policy_of("/")
