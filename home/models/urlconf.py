"""Pages whose sub-URLs are defined in a urlconf."""

from functools import wraps
from importlib import import_module
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch, URLPattern
from wagtail.contrib.routable_page.models import RoutablePageMixin


class UrlconfMixin(RoutablePageMixin):
    """A routable page whose routes are in the module `urlconf`, so that models do not import views.

    Views receive `(request, page, **kwargs)`. `page.route_url(request, "card", slug=…)` returns the URL of a named route;
    code that has no page at hand asks home.prefetch.parts.
    """

    urlconf: ClassVar[str]

    @classmethod
    def get_subpage_urls(cls) -> tuple[URLPattern, ...]:
        return tuple(import_module(cls.urlconf).urlpatterns)

    def resolve_subpage(self, path: str) -> ResolverMatch:
        match: ResolverMatch = self.get_resolver().resolve(path)
        view = match.func

        @wraps(view)  # with its marks (home.access)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            return view(request, self, *args, **kwargs)

        match.func = answer
        return match

    def route_url(self, request: HttpRequest, route: str, **arguments: Any) -> str:
        """Return the URL of one of its named routes."""
        return f"{self.get_url(request)}{self.reverse_subpage(route, kwargs=arguments)}"

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        vars(request).setdefault("is_preview", False)  # as Wagtail's own serve does
        return super().serve(request, *args, **kwargs)
