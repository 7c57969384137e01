"""Export of the site's content as folders of text and originals, which `import_pages` reads back. See docs/import.md.

The folder has its name once it is whole. Nothing in it depends on the moment or the machine: two exports of the same
content are equal, byte by byte.
"""

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import Q
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, CollectionViewRestriction, Page

from home.models import HomePage, SiteImage, SiteSettings, Theme
from home.page_folders import library, plain_yaml, rows
from home.page_folders.page_text import plain_restriction, text_of, versions_of

VERSION = 1
MANIFEST, SETTINGS, LIBRARY, REDIRECTS = (
    "MANIFEST.json",
    "settings.yaml",
    "media.yaml",
    "redirects.csv",
)
PAGES = "pages"
REDIRECT_COLUMNS = ["old_path", "page", "route", "link", "permanent", "automatic"]
#: Pages read at once.
BATCH = 50
#: Of a folder's name, in bytes.
LONGEST_NAME = 200


class ExportRefused(Exception):
    """The folder cannot be written; the sentence says why."""


@dataclass
class SiteNames:
    """Names of this site's rows, looked up once. `complain` is told of originals that are lost."""

    complain: Callable[[str], None]
    pages: dict[int, str] = field(default_factory=dict)
    #: By kind and key: the name in the export.
    files: dict[tuple[str, int], str | None] = field(default_factory=dict)

    @classmethod
    def of_site(cls, complain: Callable[[str], None]) -> "SiteNames":
        home = HomePage.objects.first()
        if home is None:
            raise ExportRefused("the site has no pages yet")
        below = Page.objects.descendant_of(home, inclusive=True)
        pages = below.values_list("pk", "url_path").iterator(1000)
        start = len(home.url_path) - 1
        return cls(complain, {key: path[start:] for key, path in pages})

    def page(self, key: int) -> str | None:
        return self.pages.get(key)

    def image(self, key: int) -> str | None:
        return self.file("image", key)

    def document(self, key: int) -> str | None:
        return self.file("document", key)

    def file(self, kind: str, key: int) -> str | None:
        if (kind, key) not in self.files:
            item = library.KINDS[kind].objects.filter(pk=key).first()
            self.files[kind, key] = item and library.readable(item, self.complain)
        return self.files[kind, key]


@dataclass
class Folder:
    """A folder that is being written. `add` keeps the hash of what it writes."""

    path: Path
    hashes: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, content: bytes) -> None:
        path = self.place(name)
        path.write_bytes(content)
        self.hashes[name] = hashlib.sha256(content).hexdigest()

    def place(self, name: str) -> Path:
        path = self.path / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path


@dataclass
class Export:
    """One run. With `since`, only pages changed from then on; with `only`, that page; in both cases with their media."""

    complain: Callable[[str], None]
    since: datetime | None = None
    only: Page | None = None
    counts: dict[str, int] = field(default_factory=dict)

    def write(
        self, target: Path, *, also: Callable[[Folder], None] | None = None
    ) -> dict[str, int]:
        """Write the folder whole, under its name, and return what it holds. `also` adds to it."""
        target = target.absolute()
        unfinished = target.with_name(f".{target.name}.unfinished")
        try:
            if target.exists() and (not target.is_dir() or any(target.iterdir())):
                raise ExportRefused(f"{target} exists and is not an empty folder")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir(mode=0o700)
            self.fill(Folder(unfinished), also)
            if target.exists():
                target.rmdir()
            unfinished.rename(target)
        except OSError as error:
            raise ExportRefused(f"{target} cannot be written: {error.strerror or error}") from error
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        return self.counts

    @property
    def is_whole(self) -> bool:
        return self.since is None and self.only is None

    def fill(self, folder: Folder, also: Callable[[Folder], None] | None) -> None:
        names = SiteNames.of_site(self.complain)
        if self.is_whole:
            for item in library.all_items():
                kind = "image" if isinstance(item, SiteImage) else "document"
                names.files[kind, item.pk] = library.readable(item, self.complain)
            folder.add(SETTINGS, plain_yaml.dump(site_facts(names)).encode())
            folder.add(REDIRECTS, self.redirects(names).encode())
        self.counts["pages"] = sum(self.add_page(folder, page, names) for page in self.pages())
        add_library(folder, names)
        self.counts |= media_counts(names)
        if also:
            also(folder)
        manifest = {
            "version": VERSION,
            "counts": self.counts,
            "files": dict(sorted(folder.hashes.items())),
        }
        folder.add(MANIFEST, f"{json.dumps(manifest, indent=1)}\n".encode())

    def pages(self) -> Iterator[Page]:
        """Yield the pages in the order of the tree, as their own type, a few at a time."""
        found = Page.objects.descendant_of(HomePage.objects.get(), inclusive=True)
        if self.only:
            found = found.filter(pk=self.only.pk)
        if self.since:
            found = found.filter(changed_since(self.since))
        keys = list(found.order_by("path").values_list("pk", flat=True))
        for start in range(0, len(keys), BATCH):
            some = Page.objects.filter(pk__in=keys[start : start + BATCH]).order_by("path")
            yield from some.select_related("latest_revision").specific()

    def add_page(self, folder: Folder, page: Page, names: SiteNames) -> int:
        place = folder_of(names.pages[page.pk])
        order = Page.objects.filter(path__lte=page.path, depth=page.depth)
        order = order.filter(path__startswith=page.path[: -page.steplen])
        for version in versions_of(page):
            text = text_of(version, page, order.count(), names)
            folder.add(f"{place}/{version.file}", text.encode())
        return 1

    def redirects(self, names: SiteNames) -> str:
        """Return the redirects as CSV, in order of their addresses."""
        output = io.StringIO()
        writer = csv.writer(output, lineterminator="\n")
        writer.writerow(REDIRECT_COLUMNS)
        self.counts["redirects"] = 0
        for one in Redirect.objects.order_by("old_path", "pk").iterator(1000):
            page = names.page(one.redirect_page_id) if one.redirect_page_id else ""
            flags = [str(int(one.is_permanent)), str(int(one.automatically_created))]
            writer.writerow(
                [one.old_path, page or "", one.redirect_page_route_path, one.redirect_link, *flags]
            )
            self.counts["redirects"] += 1
        return output.getvalue()


def changed_since(moment: datetime) -> Q:
    return Q(latest_revision_created_at__gte=moment) | Q(last_published_at__gte=moment)


def folder_of(path: str) -> str:
    """Return the folder of a page's address. A name too long for a disk is cut, and told apart by its hash."""
    parts = [PAGES]
    for slug in filter(None, path.split("/")):
        if len(slug.encode()) > LONGEST_NAME:
            digest = hashlib.sha256(slug.encode()).hexdigest()[:12]
            slug = f"{slug.encode()[: LONGEST_NAME - 20].decode(errors='ignore')}.{digest}"
        parts.append(slug)
    return "/".join(parts)


def add_library(folder: Folder, names: SiteNames) -> None:
    """Copy the originals that have a name, and tell what is known of each."""
    told = []
    for (kind, key), name in names.files.items():
        if name is None:
            continue
        item = library.KINDS[kind].objects.select_related("collection").get(pk=key)
        library.copy_original(item, folder.place(name))
        folder.hashes[name] = Path(name).stem.partition("-")[0]
        told.append((kind, key, library.plain_media(item, name, names)))
    folder.add(
        LIBRARY, plain_yaml.dump([one for _kind, _key, one in sorted(told, key=arrival)]).encode()
    )


def arrival(told: tuple[str, int, Any]) -> tuple[bool, int]:
    """Images first, each kind in order of arrival."""
    kind, key, _facts = told
    return kind == "document", key


def media_counts(names: SiteNames) -> dict[str, int]:
    kinds = [kind for (kind, _key), name in names.files.items() if name]
    return {"images": kinds.count("image"), "documents": kinds.count("document")}


def site_facts(names: SiteNames) -> dict[str, Any]:
    """Return what `settings.yaml` says: the site's settings, its themes, who may see which collection."""
    settings = SiteSettings.of_network()
    fields = list(rows.content_fields(SiteSettings, "site"))
    return {
        "settings": rows.plain_row(settings, fields, names),
        "themes": [{"name": one.name, "slug": one.slug} for one in Theme.objects.order_by("pk")],
        "collections": [plain_collection(one) for one in Collection.objects.order_by("path")],
    }


def plain_collection(collection: Collection) -> dict[str, Any]:
    found: dict[str, Any] = {"name": library.collection_path(collection)}
    restrictions = CollectionViewRestriction.objects.filter(collection=collection).order_by("pk")
    privacy = [plain_restriction(one) for one in restrictions]
    return found | ({"privacy": privacy} if privacy else {})
