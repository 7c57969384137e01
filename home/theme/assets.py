"""The stylesheet and the scripts: many small files in the tree, one of each for visitors.

The parts are joined when static files are collected. Where nothing is collected (reloading server,
tests) pages link the parts themselves.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

STATIC = Path(__file__).resolve().parents[1] / "static"


def parts(
    folder: str, *, first: tuple[str, ...] = (), last: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """The files of a static folder, by name: `first`, the others in alphabetical order, `last`."""
    kind = f".{folder}"
    others = sorted({path.stem for path in (STATIC / folder).glob(f"*{kind}")} - {*first, *last})
    return tuple(f"{folder}/{name}{kind}" for name in (*first, *others, *last))


#: `tokens.css` declares the layers, `print.css` has the last word.
STYLESHEETS = parts("css", first=("tokens", "reset", "base", "layout"), last=("utilities", "print"))
SCRIPTS = parts("js")
JOINED = {"css/site.css": STYLESHEETS, "js/site.js": SCRIPTS}


class JoinedManifestStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's hashed and compressed files, with `css/site.css` and `js/site.js` made of their parts."""

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str, bool]]:
        if not dry_run:
            for name, parts in JOINED.items():
                self.delete(name)
                self._save(name, ContentFile(self.joined(parts)))
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)

    def joined(self, parts: tuple[str, ...]) -> bytes:
        texts = []
        for part in parts:
            with self.open(part) as file:
                texts.append(lighter(file.read().decode()))
        return "\n".join(texts).encode()


def lighter(source: str) -> str:
    """The same rules without block comments and margins."""
    without_comments = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    return "\n".join(line.strip() for line in without_comments.splitlines() if line.strip())


def addresses(joined: str) -> list[str]:
    """Where a visitor's browser finds this file: the joined one, or its parts."""
    names = [joined] if is_joined() else JOINED[joined]
    return [staticfiles_storage.url(name) for name in names]


def is_joined() -> bool:
    return isinstance(staticfiles_storage, JoinedManifestStorage) and not settings.DEBUG
