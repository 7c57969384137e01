"""An answer that is kept: its bytes compressed once, its headers ready for each encoding."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache

import brotli

from site_cms.shelf.keys import Key

Headers = list[tuple[str, str]]

#: Seconds that an answer is kept, whatever happens: the belt, for a change that nobody told.
BELT = 60.0
#: Seconds that a redirect or an error 404 is kept.
BRIEF = 5.0
LARGEST = 1_000_000
#: Encodings in order of preference, with the mark of their ETag. "" is the plain body.
ENCODINGS = {"br": "-br", "gzip": "-gz", "": ""}
#: Text is compressed, other things are compressed already.
TEXT = ("text/", "application/atom+xml", "application/xml", "application/json")
#: Headers of Django's answer that the shelf replaces by its own.
OWN_HEADERS = {"cache-control", "content-encoding", "content-length", "etag", "vary"}
FORBIDDING = ("private", "no-store", "no-cache", "max-age=0")
QUALITY = 5


@dataclass(frozen=True)
class Entry:
    key: Key
    status: str
    headers: Headers
    #: By encoding. Without a plain body, that is unpacked for the few who ask for it.
    bodies: dict[str, bytes]
    digest: str
    born: float
    generation: str
    build: str

    @property
    def size(self) -> int:
        return sum(map(len, self.bodies.values()))

    @property
    def is_brief(self) -> bool:
        return not self.status.startswith("200")

    @property
    def is_plain_page(self) -> bool:
        """Whether a front server may serve it from its path alone."""
        kind = next((value for name, value in self.headers if name.lower() == "content-type"), "")
        return kind.startswith("text/html") and self.key.path.endswith("/") and not self.key.query

    def is_good(self, generation: str, now: float) -> bool:
        """Whether it may be served. An answer of the future is not: the machine's clock was set back."""
        lasts = BRIEF if self.is_brief else BELT
        return self.generation == generation and 0 <= now - self.born < lasts

    def body(self, encoding: str) -> bytes:
        known = self.bodies.get(encoding)
        return gzip.decompress(self.bodies["gzip"]) if known is None else known

    def etag(self, encoding: str) -> str:
        return f'"{self.digest}{ENCODINGS[encoding]}"'

    def encoding_for(self, accepted: str) -> str:
        return next((one for one in preferred(accepted) if one in self.bodies), "")


@dataclass(frozen=True)
class Answer:
    """An answer of Django."""

    status: str
    headers: Headers
    body: bytes

    @property
    def is_page(self) -> bool:
        return self.status.startswith("200")

    @property
    def is_for_everybody(self) -> bool:
        """Whether it is a page, a redirect or an error 404 without anything for one visitor."""
        if self.status[:3] not in {"200", "301", "404"} or len(self.body) > LARGEST:
            return False
        named: dict[str, str] = {}
        for name, value in self.headers:
            lower = name.lower()
            named[lower] = f"{named[lower]},{value}" if lower in named else value
        if "set-cookie" in named or "content-encoding" in named:
            return False
        if any(word in named.get("cache-control", "") for word in FORBIDDING):
            return False
        varies = {word.strip().lower() for word in named.get("vary", "").split(",")}
        return varies <= {"", "cookie", "accept-encoding"}


def make_entry(key: Key, answer: Answer, *, born: float, generation: str, build: str) -> Entry:
    named = {name.lower(): value for name, value in answer.headers}
    kept = [(name, value) for name, value in answer.headers if name.lower() not in OWN_HEADERS]
    # Browsers ask again each time: nobody goes back to a form that has closed.
    kept.append(("Cache-Control", named.get("cache-control", "no-cache")))
    kept.append(("Vary", "Accept-Encoding"))
    if named.get("content-type", "").startswith(TEXT):
        packed = {
            "br": brotli.compress(answer.body, mode=brotli.MODE_TEXT, quality=QUALITY),
            "gzip": gzip.compress(answer.body, 6, mtime=0),
        }
    else:
        packed = {"": answer.body}
    digest = hashlib.sha256(answer.body).hexdigest()[:20]
    return Entry(key, answer.status, kept, packed, digest, born, generation, build)


@lru_cache(maxsize=256)
def preferred(accepted: str) -> tuple[str, ...]:
    """Return the encodings that a browser takes, best first, of its Accept-Encoding."""
    taken = set()
    for part in accepted.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if not any(
            one.replace(" ", "") in {"q=0", "q=0.0", "q=0.00", "q=0.000"} for one in parameters
        ):
            taken.add(name)
    return tuple(one for one in ENCODINGS if one in taken)
