"""Which version of the site makes the pages: two versions side by side share none."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

SOURCES = ("directory", "events", "home", "site_cms")
SHOWING = {".html", ".py", ".txt"}
MANIFEST = "staticfiles.json"


def build_identity() -> str:
    """Return a hash of the names of static files, of our code and of the installed versions."""
    seen = hashlib.sha256()
    for path in sorted(files()):
        if path.is_file():
            stat = path.stat()
            seen.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    manifest = Path(settings.STATIC_ROOT) / MANIFEST
    seen.update(manifest.read_bytes() if manifest.exists() else b"")
    return seen.hexdigest()[:16]


def files() -> Iterator[Path]:
    root = Path(settings.BASE_DIR)
    yield root / "uv.lock"
    for folder in SOURCES:
        yield from (path for path in (root / folder).rglob("*") if path.suffix in SHOWING)
