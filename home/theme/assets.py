"""Bundling of stylesheets and scripts: many small source files, one of each for visitors.

`collectstatic` joins the parts. Without collected files (development server, tests) pages link the parts themselves.
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
    """Return the files of a static folder: `first`, the others in alphabetical order, `last`."""
    kind = f".{folder}"
    others = sorted({path.stem for path in (STATIC / folder).glob(f"*{kind}")} - {*first, *last})
    return tuple(f"{folder}/{name}{kind}" for name in (*first, *others, *last))


#: `tokens.css` must come first, because it declares the cascade layers; `print.css` overrides the rest.
STYLESHEETS = parts("css", first=("tokens", "reset", "base", "layout"), last=("utilities", "print"))
SCRIPTS = parts("js")
JOINED = {"css/site.css": STYLESHEETS, "js/site.js": SCRIPTS}


class JoinedManifestStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage of hashed, compressed files, which also builds `css/site.css` and `js/site.js`."""

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
    """Remove block comments, indentation and empty lines."""
    without_comments = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    return "\n".join(line.strip() for line in without_comments.splitlines() if line.strip())


def addresses(joined: str) -> list[str]:
    """Return the URLs of a bundle: the joined file, or its parts if static files are not collected."""
    names = [joined] if is_joined() else JOINED[joined]
    return [staticfiles_storage.url(name) for name in names]


def is_joined() -> bool:
    return isinstance(staticfiles_storage, JoinedManifestStorage) and not settings.DEBUG
