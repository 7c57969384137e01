"""Page makers of the home app: articles, resources, standard pages."""

from django.urls import Resolver404, resolve

from home.models import (
    BasePage,
    HomePage,
    NewsIndexPage,
    NewsPage,
    ResourceIndexPage,
    ResourcePage,
    StandardPage,
)
from home.page_import.makers import Finder, Maker
from home.page_import.page_file import PageFile

#: Name of the URL pattern that serves Wagtail pages.
PAGE_ADDRESS = "wagtail_serve"


class ArticleMaker(Maker):
    model = NewsPage
    parent = NewsIndexPage


class ResourceMaker(Maker):
    """Makes a resource page. The header's first document is the resource itself, so the body does not repeat it."""

    model = ResourcePage
    parent = ResourceIndexPage

    def place_documents(self, file: PageFile) -> None:
        documents = file.documents
        if documents:
            file.documents = documents[1:]
            super().place_documents(file)
            file.documents = documents

    def fill(self, page: BasePage, file: PageFile, keys: dict[str, int], find: Finder) -> None:
        super().fill(page, file, keys, find)
        page.document_id = keys[file.documents[0].ref.name] if file.documents else None


class PageMaker(Maker):
    """Makes a standard page below the home page. Refuses a slug that collides with one of the site's own URLs."""

    model = StandardPage
    parent = HomePage

    def read(self, file: PageFile) -> None:
        super().read(file)
        if is_taken(f"/{file.slug}/"):
            raise file.header.refuse("slug", f"/{file.slug}/ is an address of the site's own")


def is_taken(path: str) -> bool:
    """Return whether a URL pattern other than Wagtail's matches the path."""
    try:
        return resolve(path).url_name != PAGE_ADDRESS
    except Resolver404:
        return False


MAKERS: dict[str, Maker] = {
    "article": ArticleMaker(),
    "resource": ResourceMaker(),
    "page": PageMaker(),
}
