"""The two places of entries: the memory of a process, and files that the processes of a host share."""

import json
import os
import shutil
import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from site_cms.complaints import Complaint
from site_cms.shelf.entries import BELT, Entry
from site_cms.shelf.generations import Generation
from site_cms.shelf.keys import Key

#: Bytes of an entry besides its bodies, about.
OVERHEAD = 2_000
SUFFIXES = {"br": ".br", "gzip": ".gz", "": ""}
#: Entries of one generation that one process writes.
MOST_FILES = 5_000
#: Seconds before the end of a generation in which the sweeper takes all of its files.
SWEPT = 75.0
#: Beginning of the name of the file that tells the rest of an entry. It is written last: what has none is not whole.
TOLD = "entry-"


class Memory:
    """The entries used last, up to a number of bytes and of entries."""

    def __init__(self, most_bytes: int, most_entries: int) -> None:
        self.most_bytes, self.most_entries = most_bytes, most_entries
        self.entries: OrderedDict[Key, Entry] = OrderedDict()
        self.bytes = 0
        self.lock = threading.Lock()

    def get(self, key: Key) -> Entry | None:
        with self.lock:
            entry = self.entries.get(key)
            if entry is not None:
                self.entries.move_to_end(key)
            return entry

    def keep(self, entry: Entry) -> None:
        with self.lock:
            former = self.entries.pop(entry.key, None)
            self.bytes += weight(entry) - (weight(former) if former else 0)
            self.entries[entry.key] = entry
            while self.bytes > self.most_bytes or len(self.entries) > self.most_entries:
                _, dropped = self.entries.popitem(last=False)
                self.bytes -= weight(dropped)


def weight(entry: Entry) -> int:
    return entry.size + OVERHEAD


class Files:
    """Answers below DATA_DIR/shelf/<generation>/, shared by the processes of a host.

    An HTML page without a query is `<scheme>-<host>/<path>/index.html`, beside its compressed forms: a front server may
    serve it as it is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.generation = ""
        self.written = 0
        self.trouble = Complaint("Pages are not kept as files")

    def get(self, key: Key, generation: str) -> Entry | None:
        return self.read(self.path_of(key, generation))

    def read(self, path: Path) -> Entry | None:
        try:
            told = json.loads(path.read_bytes())
            bodies = {
                name: path.with_name(f"{told['file']}{SUFFIXES[name]}").read_bytes()
                for name in told["encodings"]
            }
        except (OSError, ValueError):
            return None  # written by nobody yet, or swept meanwhile
        headers = [(name, value) for name, value in told["headers"]]
        return Entry(
            Key(*told["key"]), told["status"], headers, bodies, told["digest"], told["born"],
            told["generation"], told["build"],
        )  # fmt: skip

    def plain_body(self, path: Path) -> bytes:
        """Return the uncompressed body of what `read` takes."""
        return path.with_name(json.loads(path.read_bytes())["file"]).read_bytes()

    def all(self, generation: str) -> list[Path]:
        """Return what `read` takes."""
        return sorted((self.folder / generation).rglob(f"{TOLD}*.json"))

    def keep(self, entry: Entry) -> None:
        try:
            if entry.generation != self.generation:
                self.begin(entry.generation)
            if self.written < MOST_FILES:
                self.written += 1
                self.write(entry)
        except FileNotFoundError:
            return  # swept meanwhile: another generation has begun
        except OSError as error:
            self.trouble.say(error)

    def begin(self, generation: str) -> None:
        """Sweep the files of former generations."""
        self.generation, self.written = generation, 0
        self.folder.mkdir(
            parents=True, exist_ok=True
        )  # nobody has made it where Redis holds the generation
        if (self.folder / generation).exists():
            return
        for folder in self.folder.iterdir():
            if folder.is_dir() and not folder.is_symlink() and folder.name != generation:
                shutil.rmtree(folder, ignore_errors=True)

    def sweep(self, generation: Generation, now: float) -> None:
        """Delete the files that a front server must not serve any longer, or soon. Run by the clock each minute."""
        is_ending = generation.until - now <= SWEPT
        for path in (self.folder / generation.name).rglob("*"):
            with suppress(OSError):
                # Of the time of the change: the date of the file is not one.
                if path.is_file() and (is_ending or now - path.stat().st_ctime >= BELT):
                    path.unlink()

    def write(self, entry: Entry) -> None:
        told = self.path_of(entry.key, entry.generation)
        told.parent.mkdir(parents=True, exist_ok=True)
        file = "index.html" if entry.is_plain_page else told.stem
        bodies = {SUFFIXES[name]: content for name, content in entry.bodies.items()}
        for suffix, content in ({"": entry.body("")} | bodies).items():
            replace_file(told.with_name(f"{file}{suffix}"), content, entry)
        facts = asdict(entry) | {"bodies": None, "file": file, "encodings": list(entry.bodies)}
        replace_file(told, json.dumps(facts).encode(), entry)

    def path_of(self, key: Key, generation: str) -> Path:
        folder = self.folder / generation / f"{key.scheme}-{key.host}" / key.path.strip("/")
        mark = sha256(f"{key.path}?{key.query}".encode()).hexdigest()[:20]
        return folder / f"{TOLD}{mark}.json"


def replace_file(path: Path, content: bytes, entry: Entry) -> None:
    unfinished = path.with_name(f".{os.getpid()}-{threading.get_ident()}")
    unfinished.write_bytes(content)
    # A front server makes its ETag of date and size: two texts of one length, in one second, must differ.
    date = int(entry.digest[:7], 16)
    os.utime(unfinished, (date, date))
    unfinished.replace(path)
