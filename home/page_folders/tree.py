"""Import of a folder that `export_pages` wrote: first what pages refer to, then all pages without content, then each whole.

Each step is committed by itself and does nothing where it is done: a run that was killed is run again.
"""

import csv
import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import BaseViewRestriction, CollectionViewRestriction, Page, Site

from home.models import BasePage, HomePage, SiteSettings, Theme
from home.page_folders import library, plain_yaml, rows
from home.page_folders.export import (
    LIBRARY,
    MANIFEST,
    PAGES,
    REDIRECTS,
    SETTINGS,
    VERSION,
    SiteNames,
)
from home.page_folders.names import MEDIA, Unreadable
from home.page_folders.page_text import (
    DRAFT,
    PAGE_FILE,
    SCHEDULED,
    PageText,
    read_text,
    text_of,
    versions_of,
)
from home.page_import.refusal import ImportRefusal

Say = Callable[[str], None]
#: Of a text file, in bytes.
LARGEST_TEXT = 8_000_000


def is_export(path: Path) -> bool:
    return (path / MANIFEST).is_file()


@dataclass
class SiteFinds:
    """Keys of this site's rows by their names in the export. What is not found is told once."""

    say: Say
    pages: dict[str, int] = field(default_factory=dict)
    files: dict[tuple[str, str], int] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)

    def page(self, name: str) -> int | None:
        if name not in self.pages:
            self.tell(f"there is no page {name} here: what refers to it loses its target")
        return self.pages.get(name)

    def image(self, name: str) -> int | None:
        return self.file("image", name)

    def document(self, name: str) -> int | None:
        return self.file("document", name)

    def file(self, kind: str, name: str) -> int | None:
        if (kind, name) not in self.files:
            self.tell(f"there is no {kind} {name} here: what shows it shows it no more")
        return self.files.get((kind, name))

    def tell(self, sentence: str) -> None:
        if sentence not in self.told:
            self.told.add(sentence)
            self.say(sentence)


@dataclass(frozen=True)
class Place:
    """A page's folder: what is kept of it between the steps, so that no text stays in memory."""

    folder: Path
    path: str
    order: int
    is_alias: bool = False

    @property
    def slug(self) -> str:
        return self.path.rstrip("/").rpartition("/")[2]

    @property
    def above(self) -> str:
        return f"{self.path.rstrip('/').rpartition('/')[0]}/"


@dataclass
class TreeImport:
    """One run. `say` prints progress, `complain` a refusal. The site has its needed pages already."""

    root: Path
    say: Say
    complain: Say
    update: bool = False
    refused: int = 0
    places: list[Place] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.finds = SiteFinds(self.complain)
        #: Pages that this run may fill: made by it, or by `release` and never edited.
        self.empty: set[int] = set()
        self.names = SiteNames(self.complain)

    def read(self) -> None:
        """Check the folder and list its pages, parents first. Nothing is written."""
        self.attempt(MANIFEST, self.check_manifest)
        for file in sorted((self.root / PAGES).rglob(PAGE_FILE)):
            self.attempt(self.relative(file), self.add_place, file)
        self.places.sort(
            key=lambda place: (place.path.count("/"), place.above, place.order, place.path)
        )

    def write(self) -> None:
        self.attempt(SETTINGS, self.restore_settings)
        self.attempt(LIBRARY, self.restore_library)
        home = HomePage.objects.get()
        below = Page.objects.descendant_of(home, inclusive=True).values_list("url_path", "pk")
        self.finds.pages = {path[len(home.url_path) - 1 :]: key for path, key in below}
        self.places = [
            place
            for place in self.places
            if self.attempt(self.name_of(place), self.make_room, place)
        ]
        self.names = SiteNames.of_site(self.complain)
        # Aliases last: the publication of a page writes to those that exist.
        in_turn = sorted(self.places, key=lambda place: place.is_alias)
        for number, place in enumerate(in_turn, start=1):
            outcome = self.attempt(self.name_of(place), self.write_page, place)
            if outcome:
                self.say(f"[{number}/{len(self.places)}] {outcome} {place.path}")
        self.attempt(PAGES, self.put_in_order)
        self.attempt(REDIRECTS, self.restore_redirects)

    def foretell(self) -> None:
        """Print what is there (--dry-run)."""
        for number, place in enumerate(self.places, start=1):
            self.say(f"[{number}/{len(self.places)}] would import {place.path}")

    def attempt(self, name: str, work: Callable[..., Any], *args: Any) -> Any:
        try:
            return work(*args)
        except ImportRefusal as refusal:
            self.refuse(f"{name}:{refusal.line}: {refusal.reason}")
        except (Unreadable, OSError, DatabaseError) as error:
            self.refuse(f"{name}: {error}")
        except ValidationError as error:
            self.refuse(f"{name}: {' '.join(error.messages)}")
        return None

    def refuse(self, sentence: str) -> None:
        self.refused += 1
        self.complain(sentence)

    def relative(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def name_of(self, place: Place) -> str:
        return self.relative(place.folder / PAGE_FILE)

    # The folder

    def check_manifest(self) -> None:
        try:
            manifest = json.loads(self.bytes_of(MANIFEST))
            version, files = manifest["version"], dict(manifest["files"])
        except (ValueError, KeyError, TypeError):
            raise Unreadable("this is not the list that an export writes") from None
        if version != VERSION:
            raise Unreadable(f"version {version}: this site reads version {VERSION}")
        for name, digest in files.items():
            try:
                content = self.bytes_of(name)
            except (OSError, Unreadable):
                self.refuse(f"{name}: missing from the folder")
                continue
            if hashlib.sha256(content).hexdigest() != digest:
                self.complain(f"{name}: changed since the export, read as it is")

    def bytes_of(self, name: str) -> bytes:
        """Return a file of the folder. Nothing outside it is read, also by `..` or a link."""
        path = (self.root / name).resolve()
        if not path.is_relative_to(self.root.resolve()):
            raise Unreadable(f"{name!r} is outside the folder")
        return path.read_bytes()

    def text_at(self, path: Path) -> PageText:
        if path.stat().st_size > LARGEST_TEXT:
            raise ImportRefusal(1, f"over {LARGEST_TEXT} bytes")
        return read_text(self.bytes_of(self.relative(path)))

    def add_place(self, file: Path) -> None:
        header = self.text_at(file).header
        path, order = header.get("path"), header.get("order")
        if not isinstance(path, str) or not path.startswith("/") or not path.endswith("/"):
            raise ImportRefusal(2, "path: an address that begins and ends with / is expected")
        if any(place.path == path for place in self.places):
            raise ImportRefusal(2, f"path: {path} is another page of this folder")
        self.places.append(
            Place(file.parent, path, order if isinstance(order, int) else 0, "alias_of" in header)
        )

    # What pages refer to

    def restore_settings(self) -> None:
        """Restore themes and restrictions of collections; the settings too, unless somebody has filled them here."""
        if not (self.root / SETTINGS).is_file():
            return
        told = plain_yaml.load(self.bytes_of(SETTINGS).decode())
        for theme in told["themes"]:
            Theme.objects.get_or_create(slug=theme["slug"], defaults={"name": theme["name"]})
        for collection in told["collections"]:
            self.restore_collection(collection)

    @transaction.atomic
    def restore_collection(self, told: dict[str, Any]) -> None:
        collection = library.collection_at(told["name"])
        if not collection.view_restrictions.exists():
            for one in told.get("privacy", []):
                restrict(CollectionViewRestriction(collection=collection), one)

    def restore_library(self) -> None:
        if not (self.root / LIBRARY).is_file():
            return
        for told in plain_yaml.load(self.bytes_of(LIBRARY).decode()) or []:
            self.attempt(str(told.get("file")), self.restore_item, told)
        if (self.root / SETTINGS).is_file():
            self.attempt(SETTINGS, self.restore_identity)

    def restore_item(self, told: dict[str, Any]) -> None:
        name = str(told["file"])
        if told.get("kind") not in library.KINDS or not name.startswith(MEDIA):
            raise Unreadable("kind is image or document, and the file stands in media/")
        content = self.bytes_of(name)
        item = library.known_item(told, content) or library.store_item(told, content, self.finds)
        self.finds.files[told["kind"], name] = item.pk

    def restore_identity(self) -> None:
        """Set the settings, after the library that holds the logo. Settings that somebody has filled are left."""
        told = plain_yaml.load(self.bytes_of(SETTINGS).decode())["settings"]
        settings = SiteSettings.for_site(Site.objects.get(is_default_site=True))
        fields = list(rows.content_fields(SiteSettings, "site"))
        here = rows.plain_row(settings, fields, SiteNames(self.complain))
        if here and here != told and not self.update:
            self.say(f"{SETTINGS}: the site has settings of its own, which are left")
            return
        rows.fill_row(settings, fields, told, self.finds)
        settings.full_clean()
        settings.save()

    # Pages

    @transaction.atomic
    def make_room(self, place: Place) -> bool:
        """Find the page of that address, or make it, not public, without anything that refers to another. Return True."""
        text = self.text_at(place.folder / PAGE_FILE)
        key = self.finds.pages.get(place.path)
        page = Page.objects.get(pk=key).specific if key else self.released_page(place, text)
        if page is None:
            self.finds.pages[place.path] = self.add_page(place, text)
        elif type(page) is not text.model:
            raise ImportRefusal(2, f"{place.path} is another page here ({page._meta.verbose_name})")
        elif is_untouched(page):
            self.empty.add(page.pk)
        return True

    def add_page(self, place: Place, text: PageText) -> int:
        parent = Page.objects.get(pk=self.parent_of(place))
        page = text.model(title=str(text.header.get("title")), slug=place.slug, live=False)
        if "kind" in text.header:
            page.kind = text.header["kind"]
        parent.add_child(instance=page)
        self.empty.add(page.pk)
        return int(page.pk)

    def parent_of(self, place: Place) -> int:
        if place.above not in self.finds.pages:
            raise ImportRefusal(2, f"path: there is no page {place.above} above it")
        return self.finds.pages[place.above]

    def released_page(self, place: Place, text: PageText) -> Page | None:
        """Return a page that `release` made and nobody edited, which the export has under another address."""
        if not issubclass(text.model, BasePage) or place.path == "/":
            return None
        named = {other.path for other in self.places}
        paths = {key: path for path, key in self.finds.pages.items()}
        for page in text.model.objects.child_of(Page.objects.get(pk=self.parent_of(place))):
            same_kind = getattr(page, "kind", None) == text.header.get("kind")
            if page.is_needed and same_kind and is_untouched(page) and paths[page.pk] not in named:
                self.finds.pages.pop(paths[page.pk])
                self.finds.pages[place.path] = page.pk
                page.slug = place.slug
                page.save()
                return page
        return None

    def write_page(self, place: Place) -> str:
        key = self.finds.pages.get(place.path)
        if key is None:
            return ""
        page = Page.objects.get(pk=key).specific
        if not is_bare(page) and self.is_same(page, place):
            return "unchanged"
        if key not in self.empty and not self.update:
            return "left as it is here"
        texts = {
            name: self.text_at(place.folder / name)
            for name in (PAGE_FILE, SCHEDULED, DRAFT)
            if (place.folder / name).is_file()
        }
        with transaction.atomic():
            self.fill_page(page, place, texts)
        return "imported" if key in self.empty else "updated"

    def is_same(self, page: Page, place: Place) -> bool:
        """Return whether an export of the page would write these very files."""
        written = {
            one.file: text_of(one, page, place.order, self.names).encode()
            for one in versions_of(page)
        }
        there = {file.name: file.read_bytes() for file in place.folder.glob("*.md")}
        return written == there

    def fill_page(self, page: Page, place: Place, texts: dict[str, PageText]) -> None:
        """Write all versions of a page. It is restricted before it is public."""
        text = texts[PAGE_FILE]
        text.restrict(page)
        page.translation_key = self.key_of(page, text)
        alias = text.header.get("alias_of")
        page.alias_of_id = self.finds.page(alias) if alias else None
        text.fill(page, self.finds)
        page.draft_title = page.title
        if text.is_published or alias:
            self.publish(page, text)
        else:
            slug, page.slug = page.slug, place.slug
            page.save()
            page.slug = slug
            page.save_revision(clean=False, approved_go_live_at=text.moment("goes_live"))
        for name in (SCHEDULED, DRAFT):
            if name in texts:
                draft = Page.objects.get(pk=page.pk).specific
                texts[name].fill(draft, self.finds)
                when = texts[name].moment("goes_live")
                draft.save_revision(clean=False, approved_go_live_at=when)
        moments = {
            name: text.moment(name)
            for name in ("first_published_at", "last_published_at", "latest_revision_created_at")
        }
        expired = bool(text.header.get("expired"))
        Page.objects.filter(pk=page.pk).update(**moments, expired=expired)

    def publish(self, page: Page, text: PageText) -> None:
        page.live = text.is_published
        page.save()
        if page.alias_of_id is None:
            page.save_revision(clean=False).publish()

    def key_of(self, page: Page, text: PageText) -> Any:
        """Return the key by which translations and covers know the page, unless another page here has it."""
        key = text.header.get("translation_key")
        taken = (
            Page.objects.filter(translation_key=key).exclude(pk=page.pk).exists() if key else True
        )
        return page.translation_key if taken else key

    def put_in_order(self) -> None:
        """Put the pages that were written in the order of the export, behind those that are only here."""
        beside: dict[str, list[int]] = defaultdict(list)
        for place in self.places:
            if place.path != "/" and place.path in self.finds.pages:
                beside[place.above].append(self.finds.pages[place.path])
        for keys in beside.values():
            there = Page.objects.filter(pk__in=keys).order_by("path").values_list("pk", flat=True)
            if list(there) == keys or not self.empty.intersection(keys):
                continue
            for key in keys:
                page = Page.objects.get(pk=key).specific
                page.move(page.get_parent(), pos="last-child")

    def restore_redirects(self) -> None:
        if not (self.root / REDIRECTS).is_file():
            return
        site = None
        for row in csv.DictReader(io.StringIO(self.bytes_of(REDIRECTS).decode())):
            page = self.finds.page(row["page"]) if row["page"] else None
            if Redirect.objects.filter(old_path=row["old_path"], site=site).exists():
                continue
            if page or row["link"]:
                redirect = Redirect(
                    old_path=row["old_path"], site=site, redirect_page_id=page, redirect_link=row["link"],
                    redirect_page_route_path=row["route"], is_permanent=row["permanent"] == "1",
                    automatically_created=row["automatic"] == "1",
                )  # fmt: skip
                redirect.save()


def is_bare(page: Page) -> bool:
    """Return whether an import made room for the page and was killed before it wrote it."""
    return not page.live and page.latest_revision_id is None and page.alias_of_id is None


def is_untouched(page: Page) -> bool:
    """Return whether nobody has edited the page: made by an import that was killed, or by `release`."""
    if is_bare(page):
        return True
    if not (isinstance(page, BasePage) and page.is_needed):
        return False
    return list(page.revisions.values_list("user_id", flat=True)[:2]) == [None]


def restrict(one: BaseViewRestriction, told: dict[str, Any]) -> None:
    one.restriction_type, one.password = told["type"], told.get("password", "")
    one.save()
    one.groups.set(Group.objects.get_or_create(name=name)[0] for name in told.get("groups", []))
