"""Import of many page files: discovery, references between them, order of writing."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TypeVar

from django.db import DatabaseError
from wagtail.models import Collection, Page

from events.page_import.makers import MAKERS as EVENT_MAKERS
from home.models import BasePage
from home.page_import import ImportRefusal, PageFile, read_page_file
from home.page_import.files import as_on_disk
from home.page_import.makers import Maker, MediaStore, relate
from home.page_import.page_makers import MAKERS as HOME_MAKERS
from site_cms.site_tree import ensure_private_collection

MAKERS: dict[str, Maker] = {**HOME_MAKERS, **EVENT_MAKERS}
SUFFIX = ".md"
T = TypeVar("T")


def files_in(path: Path) -> list[Path]:
    """Return the file itself, or the page files of a folder, without README and hidden files.

    Raise ImportRefusal if there are none.
    """
    path = as_on_disk(path)
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise ImportRefusal(0, "no such file or folder")
    found = sorted(
        file
        for file in path.rglob(f"*{SUFFIX}")
        if file.is_file()
        and file.stem.lower() != "readme"
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
    )
    if not found:
        raise ImportRefusal(0, f"no {SUFFIX} file in this folder")
    return found


@dataclass
class Import:
    """One run of the import. `say` prints progress, `complain` a refusal: file, line and reason."""

    say: Callable[[str], None]
    complain: Callable[[str], None]
    update: bool = False
    paths: list[Path] = field(default_factory=list)
    refused: int = 0
    files: list[PageFile] = field(default_factory=list)

    def read(self) -> None:
        """Parse and validate the files. Keep the valid ones in `files`, in dependency order."""
        read = [
            file
            for path in self.expand(self.paths)
            for file in self.attempt(path, self.read_one, path)
        ]
        self.files = list(self.without_twins(read))
        self.check_names()
        self.put_in_order()

    def write(self) -> None:
        store = MediaStore(Collection.get_first_root_node(), ensure_private_collection())
        written: list[tuple[PageFile, BasePage]] = []
        for number, file in enumerate(self.files, start=1):
            for page, outcome in self.attempt(file.path, self.write_one, file, store):
                self.say(f"[{number}/{len(self.files)}] {outcome} {page.url} {file.path}")
                if outcome != "unchanged":
                    written.append((file, page))
        for file, page in written:
            if file.related:
                list(self.attempt(file.path, self.relate_one, file, page))

    def foretell(self) -> None:
        """Print what `write` would do (--dry-run)."""
        for number, file in enumerate(self.files, start=1):
            exists = MAKERS[file.kind].find(file) is not None
            outcome = ("would update" if self.update else "unchanged") if exists else "would create"
            self.say(f"[{number}/{len(self.files)}] {outcome} {file.kind} {file.slug} {file.path}")

    def attempt(self, path: Path, work: Callable[..., T], *args: object) -> Iterator[T]:
        try:
            yield work(*args)
        except ImportRefusal as refusal:
            self.refuse(path, refusal)
        except (OSError, DatabaseError) as error:
            self.refuse(path, ImportRefusal(1, f"cannot be imported: {error}"))

    def refuse(self, path: Path, refusal: ImportRefusal) -> None:
        self.refused += 1
        self.complain(f"{path}:{refusal.line}: {refusal.reason}")

    def expand(self, paths: Iterable[Path]) -> list[Path]:
        found = [
            file for path in paths for files in self.attempt(path, files_in, path) for file in files
        ]
        return list(dict.fromkeys(found))

    def read_one(self, path: Path) -> PageFile:
        file = read_page_file(path, tuple(MAKERS))
        MAKERS[file.kind].read(file)
        return file

    def without_twins(self, files: list[PageFile]) -> Iterator[PageFile]:
        """Yield the files, without those that have the URL of an earlier one, which are refused."""
        first: dict[tuple[type[Page], str], PageFile] = {}
        for file in files:
            twin = first.setdefault((MAKERS[file.kind].parent, file.slug), file)
            if twin is file:
                yield file
            else:
                reason = f"slug: {file.slug} is already the address of {twin.path.name}"
                self.refuse(file.path, ImportRefusal(file.header.line_of("slug"), reason))

    def check_names(self) -> None:
        """Refuse files that refer to an unknown page, then those that refer to a refused file."""
        before = -1
        while before != self.refused:
            before = self.refused
            self.files = [
                file
                for candidate in self.files
                for file in self.attempt(candidate.path, self.check_one, candidate)
            ]

    def check_one(self, file: PageFile) -> PageFile:
        maker = MAKERS[file.kind]
        maker.check(file, find)
        for key, model in maker.needs.items():
            slug = file.header.text(key)
            if slug and not self.has(slug, model):
                raise file.header.refuse(key, f"unknown event {slug!r}")
        for slug in file.related:
            if not self.has(slug, Page):
                key = "related" if slug in file.header.texts("related") else "previous"
                raise file.header.refuse(key, f"unknown page {slug!r}")
        self.check_only_recap(file)
        return file

    def check_only_recap(self, file: PageFile) -> None:
        """Refuse a second recap of the same event."""
        event = file.header.text("event") if file.kind == "recap" else ""
        for other in self.files:
            if other is file or not event:
                return
            if other.kind == "recap" and other.header.text("event") == event:
                raise file.header.refuse(
                    "event", f"{other.path.name} is already the recap of {event!r}"
                )

    def has(self, slug: str, model: type[Page]) -> bool:
        here = any(
            file.slug == slug and issubclass(MAKERS[file.kind].model, model) for file in self.files
        )
        return here or find(model, slug) is not None

    def put_in_order(self) -> None:
        """Sort the files so that those they depend on come first. Refuse cycles."""
        places = {
            (MAKERS[file.kind].model, file.slug): place for place, file in enumerate(self.files)
        }
        graph: dict[int, list[int]] = {}
        for place, file in enumerate(self.files):
            needed = [
                (model, file.header.text(key)) for key, model in MAKERS[file.kind].needs.items()
            ]
            graph[place] = [places[name] for name in needed if name in places]
        try:
            self.files = [self.files[place] for place in TopologicalSorter(graph).static_order()]
        except CycleError as error:
            for place in sorted(set(error.args[1])):
                file = self.files[place]
                self.refuse(
                    file.path, file.header.refuse("previous", "editions precede each other")
                )
            self.files = [
                file for place, file in enumerate(self.files) if place not in error.args[1]
            ]
            self.check_names()
            self.put_in_order()

    def write_one(self, file: PageFile, store: MediaStore) -> tuple[BasePage, str]:
        """Create or replace one page: first its media, outside the transaction, then the page."""
        maker = MAKERS[file.kind]
        page = maker.find(file)
        if page is not None and not self.update:
            return page, "unchanged"
        self.check_one(file)
        store.made.clear()
        try:
            made = maker.make(page, file, store.store(file), find)
        except BaseException:
            store.take_back()
            raise
        return made, "created" if page is None else "updated"

    def relate_one(self, file: PageFile, page: BasePage) -> None:
        related = [find(Page, slug) for slug in file.related]
        if None in related:
            raise ImportRefusal(file.header.line_of("related"), "related: a page was not imported")
        relate(page, [other for other in related if other])


def find(model: type[Page], slug: str) -> Page | None:
    """Return the page of that type and slug, or None. Ignores the home page and its children, such as index pages."""
    return model.objects.filter(slug=slug, depth__gt=2).order_by("pk").first() if slug else None
