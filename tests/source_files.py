"""The files of the site that the tests of its conventions read."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
APPS = ("home", "events", "directory")
SOURCES = ("site_cms", *APPS)


def files(pattern: str, *folders: str) -> list[Path]:
    """Return the files that match, without migrations and the demonstration."""
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob(pattern)))
    return [path for path in found if "migrations" not in path.parts and "demo" not in path.parts]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


MODULES = files("*.py", *SOURCES)
TEMPLATES = [path for app in APPS for path in files("*.html", f"{app}/templates")]
EMAILS = [path for path in TEMPLATES if "emails" in path.parts]
PAGES = [path for path in TEMPLATES if path not in EMAILS]
STYLESHEETS = [path for app in APPS for path in files("*.css", f"{app}/static")]
SCRIPTS = [path for app in APPS for path in files("*.js", f"{app}/static")]
COMPONENTS = [path for path in TEMPLATES if "components" in path.parts]


def template_name(path: Path) -> str:
    """`home/templates/components/card.html` is `components/card.html`."""
    return "/".join(path.parts[path.parts.index("templates") + 1 :])


def without_comments(path: Path) -> str:
    text = re.sub(r"{#.*?#}", "", path.read_text())
    return re.sub(r"{%\s*comment.*?endcomment\s*%}|<!--.*?-->", "", text, flags=re.DOTALL)


def each_line(paths: list[Path], pattern: str, flags: int = 0) -> list[str]:
    """Return `path: text` for each match of the pattern, outside template comments."""
    return [
        f"{name(path)}: {found.group().strip()}"
        for path in paths
        for found in re.finditer(pattern, without_comments(path), flags)
    ]


def sentences(tree: ast.Module) -> Iterator[str]:
    """Yield the strings of a module, without docstrings."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and id(node) not in docstrings:
            yield text
