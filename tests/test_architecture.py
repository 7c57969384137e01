"""Structure of the source tree: packages, names, circular imports (docs/architecture.md).

The layers of each app are import-linter contracts in pyproject.toml, checked by `make check`.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[1]
APPS = ("site_cms", "home", "events", "directory")
#: Maximum number of modules of an app outside its packages, without `__init__.py`.
MOST_AT_THE_TOP = {"events": 5, "directory": 5, "home": 15}
#: Packages tested through the pages that use them.
WITHOUT_A_FOLDER = {
    Path(name)
    for name in (
        "directory/templatetags",
        "events/models",
        "events/templatetags",
        "home/prefetch",
        "home/views",
    )
}
#: Accepted module names that end in -ing: terms of the domain.
GERUNDS = {"routing", "listing", "messaging", "folding", "log_masking"}


def modules(app: str) -> list[Path]:
    found = sorted((ROOT / app).rglob("*.py"))
    return [path for path in found if "migrations" not in path.parts and path.stem != "__init__"]


SOURCES = [path for app in APPS for path in modules(app)]


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*APPS, cache_dir=None)


def test_there_is_no_circular_import(graph):
    """Imports inside functions count too."""
    assert list(circles(graph)) == []


def circles(graph: grimp.ImportGraph) -> Iterator[list[str]]:
    """Yield each group of modules that import each other, sorted."""
    below = {name: reach(graph, name) for name in graph.modules}
    told = set()
    for name in sorted(graph.modules):
        circle = {other for other in below[name] if name in below[other]} | {name}
        if name in below[name] and name not in told:
            told |= circle
            yield sorted(circle)


def reach(graph: grimp.ImportGraph, name: str) -> set[str]:
    found, to_visit = set(), [name]
    while to_visit:
        for other in graph.find_modules_directly_imported_by(to_visit.pop()):
            if other not in found:
                found.add(other)
                to_visit.append(other)
    return found


def test_circles_detects_a_circular_import():
    graph = grimp.ImportGraph()
    for importer, imported in (("a", "b"), ("b", "c"), ("c", "b"), ("c", "d")):
        graph.add_import(importer=importer, imported=imported)

    assert list(circles(graph)) == [["b", "c"]]


def test_no_module_of_the_site_is_named_in_a_string():
    """A dotted name in a string is an import that tools do not see. Allowed in settings, and for a page's urlconf."""
    known = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in SOURCES}
    found = [
        (str(path.relative_to(ROOT)), text)
        for path in SOURCES
        if path.name
        not in {"settings.py", "environment.py", "wsgi.py", "procfile.py", "queued_tasks.py"}
        for text in strings(path)
        if any(text == name or text.startswith(f"{name}.") for name in known)
    ]

    assert [one for one in found if not one[1].endswith("urls")] == []


def strings(path: Path) -> Iterator[str]:
    """Yield the string constants of a module, without salts."""
    tree = ast.parse(path.read_text())
    named = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and any(isinstance(t, ast.Name) and t.id.endswith("SALT") for t in node.targets)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in named:
            yield node.value


@pytest.mark.parametrize("app", MOST_AT_THE_TOP)
def test_an_app_has_few_modules_outside_its_packages(app):
    top = [path.stem for path in modules(app) if path.parent.name == app]

    assert len(top) <= MOST_AT_THE_TOP[app], top


def test_modules_are_nouns():
    assert [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.stem.endswith("ing") and path.stem not in GERUNDS
    ] == []


def test_names_of_functions_and_classes_are_unique_in_their_package():
    """Otherwise a search finds the wrong one, and imports need an alias."""
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in SOURCES:
        if "commands" in path.parts:
            continue  # each defines a class Command
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                package = str(path.relative_to(ROOT).parent)
                places[package, node.name].append(path.stem)

    assert {key: stems for key, stems in places.items() if len(stems) > 1} == {}


def test_tests_mirror_the_packages():
    """Each package with modules has a folder of tests with the same path, and there are no other folders."""
    packages = {
        path.parent.relative_to(ROOT)
        for app in ("home", "events", "directory")
        for path in modules(app)
        if path.parent.name not in {app, "commands", "management"}
    }
    tested = {
        path.parent.relative_to(ROOT / "tests")
        for app in ("home", "events", "directory")
        for path in (ROOT / "tests" / app).rglob("test_*.py")
        if path.parent.name != app
    }

    assert sorted(tested - packages) == []
    assert sorted(packages - tested - WITHOUT_A_FOLDER) == []
