"""One file that holds the site: the rows of every table, and the private files. See docs/decisions on its form.

A tar archive: `tables/NAME.jsonl.gz` (a JSON array per row), `files/STORAGE/NAME`, and at its end `list.json`, which has
the size and hash of each member: an archive without it, or with another, is not whole.
"""

import gzip
import hashlib
import io
import json
import os
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.core.files.storage import Storage, storages
from django.db import connections, models
from django.utils import timezone

from site_cms.tables import Row, Table, applied_migrations, last_number, read_rows, site_tables

FORM = "site_cms backup 1"
LIST = "list.json"
CHUNK = 1024 * 1024
FOLDERS = {("files", "private"), ("files", "default")}


class BadBackup(Exception):
    """The file is not a whole backup of this site."""


@dataclass
class Contents:
    """The list at the end of a backup."""

    made_at: str
    migrations: list[list[str]]
    tables: list[dict[str, Any]] = field(default_factory=list)
    #: Of each member: its name in the archive, its size and its SHA-256.
    members: dict[str, tuple[int, str]] = field(default_factory=dict)
    form: str = FORM

    @property
    def rows(self) -> int:
        return sum(table["rows"] for table in self.tables)

    @property
    def files(self) -> list[str]:
        return [name for name in self.members if name.startswith("files/")]


# Writing


def write_backup(path: Path, *, warn: Callable[[str], Any]) -> Contents:
    """Write a backup of the running site. The file has its name once it is whole, and only its owner reads it."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w|", format=tarfile.PAX_FORMAT) as archive:
                contents = fill(archive, folder=path.parent, warn=warn)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return contents


def fill(archive: tarfile.TarFile, *, folder: Path, warn: Callable[[str], Any]) -> Contents:
    with one_moment():
        migrations = sorted(list(one) for one in applied_migrations(using="default"))
        contents = Contents(timezone.now().isoformat(), migrations)
        for table in site_tables():
            with tempfile.TemporaryFile(dir=folder) as rows:
                number = write_table(rows, table)
                add_member(archive, contents, f"tables/{table.name}.jsonl.gz", rows)
            last = last_number(table, using="default")
            contents.tables.append({**table.as_dict(), "rows": number, "last": last})
        named = sorted(set(public_files()))
    # After the rows: a file that these name exists, unless somebody has deleted it since.
    for alias, name in [*(("private", name) for name in walk(storages["private"])), *named]:
        try:
            with storages[alias].open(name) as file:
                add_member(archive, contents, f"files/{alias}/{name}", file)
        except FileNotFoundError:
            warn(f"{name} is gone")
    data = json.dumps(asdict(contents)).encode()
    put(archive, LIST, io.BytesIO(data), len(data))
    return contents


@contextmanager
def one_moment() -> Iterator[None]:
    """Read the database as it is at one moment, while the site goes on writing."""
    connection = connections["default"]
    if connection.in_atomic_block:  # the caller's moment
        yield
        return
    begin = "BEGIN"  # on SQLite a reader of its own snapshot, where Django's `atomic` would keep writers waiting
    if connection.vendor == "postgresql":
        begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    with connection.cursor() as cursor:
        cursor.execute(begin)
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def write_table(file: IO[bytes], table: Table) -> int:
    number = 0
    with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6, mtime=0) as packed:
        for row in read_rows(table, using="default"):
            packed.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
            number += 1
    return number


def add_member(archive: tarfile.TarFile, contents: Contents, name: str, file: Any) -> None:
    """Add a file that is read twice, piece by piece: for its hash, then for the archive."""
    file.seek(0)
    size, digest = measure(file)
    file.seek(0)
    put(archive, name, file, size)
    contents.members[name] = (size, digest)


def put(archive: tarfile.TarFile, name: str, file: Any, size: int) -> None:
    member = tarfile.TarInfo(name)
    member.size = size
    member.mode = 0o600
    member.mtime = int(timezone.now().timestamp())
    archive.addfile(member, file)


def walk(storage: Storage, folder: str = "") -> Iterator[str]:
    """Yield the names of all files of a storage."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        yield f"{folder}/{name}" if folder else name
    for name in sorted(filter(None, folders)):
        yield from walk(storage, f"{folder}/{name}" if folder else name)


def public_files() -> Iterator[tuple[str, str]]:
    """Yield the files in the public storage that cannot be made again: all that rows name, but renditions."""
    for model in apps.get_models():
        for one in model._meta.local_concrete_fields:
            is_public = isinstance(one, models.FileField) and one.storage is not storages["private"]
            if is_public and not is_rendition(model):
                names = model._base_manager.values_list(one.attname, flat=True)
                yield from (("default", name) for name in names.iterator() if name)


def is_rendition(model: type[models.Model]) -> bool:
    return any(one.name == "filter_spec" for one in model._meta.get_fields())


# Reading


def read_backup(path: Path) -> Contents:
    """Read a backup whole, and return its list. Raise BadBackup unless every member is there and as it was written."""
    found: dict[str, tuple[int, str]] = {}
    contents = None
    with readable():
        for name, file in members_of(path):
            if name == LIST:
                contents = parse_list(file.read())
            else:
                found[name] = measure(file)
    if contents is None:
        raise BadBackup("it is not whole: the list at its end is missing")
    for name in sorted(found.keys() | contents.members.keys()):
        if found.get(name) != contents.members.get(name):
            raise BadBackup(f"{name} is missing or was altered")
    return contents


@contextmanager
def readable() -> Iterator[None]:
    """Raise BadBackup in place of what tarfile, gzip and the system raise."""
    try:
        yield
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise BadBackup("it is cut or damaged, or no backup of this site") from error
    except OSError as error:
        raise BadBackup(f"it cannot be read ({error.strerror or error})") from error


def measure(file: IO[bytes]) -> tuple[int, str]:
    """Return the size and the hash of what is left to read, piece by piece."""
    digest, size = hashlib.sha256(), 0
    while piece := file.read(CHUNK):
        digest.update(piece)
        size += len(piece)
    return size, digest.hexdigest()


def members_of(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield each member's name and content, in order, without holding one in memory."""
    with tarfile.open(path, mode="r|") as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is None or not is_ours(member.name):
                raise BadBackup(f"{member.name} does not belong in a backup")
            yield member.name, file


def is_ours(name: str) -> bool:
    parts = name.split("/")
    if {"", ".", ".."} & set(parts):
        return False
    return name == LIST or tuple(parts[:1]) == ("tables",) or tuple(parts[:2]) in FOLDERS


def parse_list(data: bytes) -> Contents:
    try:
        read = json.loads(data)
        if read.pop("form") != FORM:
            raise BadBackup("it has another form than this version of the site reads")
        read["members"] = {name: tuple(one) for name, one in read["members"].items()}
        return Contents(**read)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadBackup("the list at its end cannot be read") from error


def rows_in(file: IO[bytes]) -> Iterator[Row]:
    with gzip.GzipFile(fileobj=file) as lines:
        for line in lines:
            yield tuple(json.loads(line))
