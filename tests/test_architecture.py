"""The shape of the source tree: where a newcomer finds a thing, and what may import what (docs/architecture.md).

The layers inside each app are contracts of import-linter, in pyproject.toml; `make check` enforces them.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[1]
APPS = ("site_cms", "home", "events", "directory")
#: How many modules stand beside the packages of an app. `__init__.py` is none.
MOST_AT_THE_TOP = {"events": 5, "directory": 5, "home": 15}
#: Packages that are tested through the pages that use them.
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
#: Terms of the field that happen to end in -ing.
GERUNDS = {"routing", "listing", "messaging", "folding", "log_masking"}


def modules(app: str) -> list[Path]:
    found = sorted((ROOT / app).rglob("*.py"))
    return [path for path in found if "migrations" not in path.parts and path.stem != "__init__"]


SOURCES = [path for app in APPS for path in modules(app)]


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*APPS, cache_dir=None)


def test_no_module_imports_itself_through_others(graph):
    """Imports inside functions count: a circle that is hidden is not cut."""
    assert list(circles(graph)) == []


def circles(graph: grimp.ImportGraph) -> Iterator[list[str]]:
    """Each circle of imports, as the sorted modules that reach each other."""
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


def test_a_circle_is_seen():
    graph = grimp.ImportGraph()
    for importer, imported in (("a", "b"), ("b", "c"), ("c", "b"), ("c", "d")):
        graph.add_import(importer=importer, imported=imported)

    assert list(circles(graph)) == [["b", "c"]]


def test_no_module_of_ours_is_named_in_a_string():
    """A dotted name in a string is an import that no tool sees: pages name their urlconf, settings name theirs."""
    known = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in SOURCES}
    found = [
        (str(path.relative_to(ROOT)), text)
        for path in SOURCES
        if path.name not in {"settings.py", "environment.py", "wsgi.py", "queued_tasks.py"}
        for text in strings(path)
        if any(text == name or text.startswith(f"{name}.") for name in known)
    ]

    assert [one for one in found if not one[1].endswith("urls")] == []


def strings(path: Path) -> Iterator[str]:
    """The constants of a module, those of its salts and log actions apart."""
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
def test_an_app_is_made_of_packages(app):
    top = [path.stem for path in modules(app) if path.parent.name == app]

    assert len(top) <= MOST_AT_THE_TOP[app], top


def test_modules_are_nouns():
    assert [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.stem.endswith("ing") and path.stem not in GERUNDS
    ] == []


def test_no_function_or_class_has_a_namesake_in_its_package():
    """One would have to be imported under another name, and a search would find the wrong one."""
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in SOURCES:
        if "commands" in path.parts:
            continue  # Django asks each for a class Command
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                package = str(path.relative_to(ROOT).parent)
                places[package, node.name].append(path.stem)

    assert {key: stems for key, stems in places.items() if len(stems) > 1} == {}


def test_tests_mirror_the_packages():
    """A package with modules of its own has its tests in a folder of its name, and no such folder is left over."""
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
