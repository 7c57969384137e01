"""House rules that can be checked automatically (docs/style.md explains them)."""

import ast
import re
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import packages_distributions
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models
from django.db.models import TextChoices
from django.template import engines
from django.template.loader import get_template
from django.template.utils import get_app_template_dirs
from pytest_socket import SocketConnectBlockedError
from wagtail.models import get_page_models

from home.admin import HardenedModelAdmin
from home.blocks import BodyBlock
from home.models.urlconf import UrlconfMixin
from home.prefetch.parts import known_parts
from site_cms.site_tree import LEGAL_BRANCHES, MAIN_BRANCHES, MEMBERS_BRANCHES, PRESENTATION
from tests.source_files import (
    APPS,
    COMPONENTS,
    EMAILS,
    MODULES,
    PAGES,
    ROOT,
    SCRIPTS,
    SOURCES,
    STYLESHEETS,
    TEMPLATES,
    each_line,
    files,
    name,
    sentences,
    template_name,
)

# Templates


def test_components_are_included_with_only():
    includes = each_line(TEMPLATES, r"{%\s*include\s+[\"']components/[^%]*%}")

    assert [include for include in includes if not re.search(r"\bonly\s*%}$", include)] == []


def test_components_document_their_arguments_in_the_first_line():
    assert [
        name(path)
        for path in COMPONENTS
        if "blocks" not in path.parts and not path.read_text().startswith("{#")
    ] == []


def test_pages_have_no_inline_style_script_or_handler():
    assert each_line(PAGES, r"<[^>]*\sstyle=") == []
    assert each_line(PAGES, r"<style\b") == []
    assert each_line(PAGES, r"<[a-z][^>]*\son[a-z]+=") == []
    assert each_line(PAGES, r"javascript:") == []
    inline = each_line(PAGES, r"<script\b[^>]*>", re.DOTALL)
    assert [tag for tag in inline if "src=" not in tag and "application/ld+json" not in tag] == []


def test_every_block_of_the_body_has_a_template():
    for block in BodyBlock().child_blocks:
        assert get_template(f"components/blocks/{block}.html"), block


#: Template folders whose file names are built from a word in the code: messages, personal pages, legal texts.
NAMED_BY_A_WORD = ("emails", "letter", "legal", "own")
DJANGO_ERRORS = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html", "503.html"}


def test_every_template_is_used():
    ours = {
        template_name(path): path
        for app in APPS
        for suffix in ("*.html", "*.txt")
        for path in files(suffix, f"{app}/templates")
    }
    written = "\n".join(path.read_text() for path in [*MODULES, *ours.values()])
    of_pages = {model.template for model in get_page_models()}
    theirs = [folder for folder in get_app_template_dirs("templates") if folder.parents[1] != ROOT]

    def is_used(template: str, path: Path) -> bool:
        word = path.name.split(".")[0]
        return (
            template in written
            or template in of_pages | DJANGO_ERRORS
            or any((folder / template).exists() for folder in theirs)
            or (path.parent.name in NAMED_BY_A_WORD and re.search(rf'["/]{word}"', written))
        )

    assert sorted(template for template, path in ours.items() if not is_used(template, path)) == []


def test_every_message_has_subject_text_and_html():
    texts = [
        path
        for app in APPS
        for path in files("*.txt", f"{app}/templates")
        if not path.name.endswith(".subject.txt")
    ]
    included = {
        part for path in texts for part in re.findall(r'{% include "(.*?)" %}', path.read_text())
    }
    texts = [path for path in texts if template_name(path) not in included]
    # Messages of allauth and Wagtail are text only; the outbox generates their HTML.
    theirs = {"account", "mfa", "usersessions", "notifications"}
    stems = {path.with_suffix("") for path in texts if not theirs & set(path.parts)}
    missing = [
        f"{name(stem)}{suffix}"
        for stem in sorted(stems)
        for suffix in (".subject.txt", ".html")
        if not stem.with_name(stem.name + suffix).exists()
        and not stem.with_name(stem.name.removesuffix("_message") + "_subject.txt").exists()
    ]

    assert missing == []


# Addresses of pages

#: Slugs of the pages that the site has from the first day, which editors may rename, and first words of their routes.
SLUGS = {branch.slug for branch in (*MAIN_BRANCHES, *MEMBERS_BRANCHES, PRESENTATION, *LEGAL_BRANCHES)}  # fmt: skip
ROUTES = {
    word
    for model in get_page_models()
    if issubclass(model, UrlconfMixin)
    for route in model.get_subpage_urls()
    if (word := str(route.pattern).partition("/")[0]) and "<" not in word
}
#: What begins with such a word and is no page.
NO_PAGES = {
    "home/views/machines.py: /inscriptions/": "personal links of registrants (events.urls)",
    "events/registration/emails.py: /inscriptions/": "the same, in the preview of a message",
    "site_cms/shelf/keys.py: /inscriptions/": "the same, never kept on the shelf",
    "events/check_in/codes.py: /inscriptions/": "the same, photographed at the door by mistake",
    'events/static/door/codes.js: "/inscriptions/': "the same",
    "events/models/answer_file.py: inscriptions/": "the folder of private files",
}


def test_no_address_of_a_page_is_spelled_out():
    """An editor may rename it: code asks `home.prefetch.parts`, templates `part_url`."""
    page, route = "|".join(sorted(SLUGS)), "|".join(sorted(ROUTES))
    in_python = re.compile(rf"^/?(?:{page}|{route})/|(?<!\w)/(?:{page})/")
    in_markup = re.compile(rf"""(?:["'=(]/?|}}/?|/)(?:{page}|{route})/(?!\w*[./]\w+\.html)""")
    patterns_apart = [path for path in MODULES if not path.name.endswith("urls.py")]
    spelled = [
        f"{name(path)}: {found.group()}"
        for path in patterns_apart
        for text in sentences(ast.parse(path.read_text()))
        for found in in_python.finditer(text)
    ]
    texts = [path for app in APPS for path in files("*.txt", f"{app}/templates")]
    spelled += each_line([*TEMPLATES, *texts, *SCRIPTS], in_markup.pattern)

    assert sorted(set(spelled) - NO_PAGES.keys()) == []
    assert NO_PAGES.keys() - set(spelled) == set()


def test_templates_name_parts_and_routes_that_there_are():
    """And messages have none: a message knows no visitor, and its links begin with the site's address."""
    named = [
        (name(path), *found)
        for path in TEMPLATES
        for found in re.findall(r'{% part_url "([^"]*)"(?: "([^"]*)")?', path.read_text())
    ]

    routes = {
        getattr(model, "part", ""): {route.name for route in model.get_subpage_urls()}
        for model in get_page_models()
        if issubclass(model, UrlconfMixin)
    }
    assert len(named) > 60
    assert [one for one in named if one[1] not in known_parts()] == []
    assert [one for one in named if one[2] and one[2] not in routes[one[1]]] == []
    assert each_line(EMAILS, "part_url") == []


# Acceptance

#: Acceptance lines on registrations, sections A to E and G.
LINES = {*range(1, 60), *range(67, 76)}


def test_every_acceptance_line_on_registrations_has_a_test_or_a_manual_check():
    named = "".join(path.read_text() for path in files("*.py", "tests"))
    for_people = re.findall(
        r"^\| registration (\d+) ", Path(ROOT, "docs/testing.md").read_text(), re.MULTILINE
    )

    tested = {int(number) for number in re.findall(r"registration (\d+)", named)}
    assert LINES - tested == {int(number) for number in for_people}


# The back office


def test_no_list_shows_the_icons_of_djangos_admin():
    """With hashed static files, a missing icon is a 500."""
    for app in APPS:
        import_module(f"{app}.admin")
    lists = [admin for admin in subclasses(HardenedModelAdmin) if admin.model is not None]

    assert [
        f"{admin.__name__}: {column}"
        for admin in lists
        for column in admin.list_display
        if is_truth(admin, column)
    ] == []


def subclasses(parent: type) -> Iterator[type]:
    for child in parent.__subclasses__():
        yield child
        yield from subclasses(child)


def is_truth(admin: type[HardenedModelAdmin], column: str) -> bool:
    """Return whether Django renders this column as an icon."""
    method = getattr(admin, column, None) or getattr(admin.model, column, None)
    if callable(method):
        return bool(getattr(method, "boolean", False))
    return isinstance(admin.model._meta.get_field(column), models.BooleanField)


# Styles and scripts


def test_colours_are_in_tokens_only():
    rules = (path for path in STYLESHEETS if path.name != "tokens.css")

    assert each_line(list(rules), r":[^;{}]*#[0-9a-fA-F]{3,8}\b[^;{}]*") == []


def test_stylesheets_select_no_id_and_use_important_in_utilities_only():
    rules = [path for path in STYLESHEETS if path.name not in {"utilities.css", "print.css"}]

    assert each_line(rules, r"!important") == []
    assert each_line(STYLESHEETS, r"(?:^|[\s,}])#[a-z][\w-]*(?=[^;}]*{)") == []


#: The door is an application of one screen, which works without network (docs/decisions/0048).
APPLICATION = ROOT / "events" / "static" / "door"


def test_scripts_are_short_and_import_nothing():
    enhancements = [path for path in SCRIPTS if path.parent != APPLICATION]
    assert [name(path) for path in enhancements if len(path.read_text().splitlines()) > 60] == []
    parts = [path for path in SCRIPTS if path.parent == APPLICATION]
    assert [name(path) for path in parts if len(path.read_text().splitlines()) > 400] == []
    assert each_line(SCRIPTS, r"^\s*(?:import|export)\b.*$", re.MULTILINE) == []


# Models


def querying_code() -> Iterator[tuple[Path, ast.AST]]:
    """Yield the modules of querysets, and the queryset and manager classes of other modules."""
    for path in MODULES:
        tree = ast.parse(path.read_text())
        if path.name == "querysets.py":
            yield path, tree
        for node in ast.walk(tree):
            parents = ast.unparse(node).split("\n")[0] if isinstance(node, ast.ClassDef) else ""
            if re.search(r"\(.*(?:QuerySet|Manager)", parents):
                yield path, node


def test_querysets_name_states_by_their_enumerations():
    """A misspelt name raises an error, but a misspelt literal gives an empty result."""
    ours = [one for one in subclasses(TextChoices) if one.__module__.split(".")[0] in SOURCES]
    values = {value for one in ours for value in one.values if value}

    assert {
        f"{name(path)}: {node.value}"
        for path, tree in querying_code()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in values
    } == set()


#: Proper names, which start with a capital letter.
PROPER_NAMES = {
    "LinkedIn", "Mastodon", "Bluesky", "Facebook", "YouTube", "PeerTube", "Message-ID",
}  # fmt: skip


def test_fields_have_french_names_in_lower_case():
    """Without a verbose name, forms, lists and errors show the English name of the attribute."""
    fields = [
        (field, field._verbose_name)
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.local_fields + model._meta.local_many_to_many
        if is_shown(field) and not comes_from_a_library(field)
    ]

    assert len(fields) > 100
    assert [
        f"{field}: {written}"
        for field, written in fields
        if not written or (not written[0].islower() and written not in PROPER_NAMES)
    ] == []


def is_shown(field: models.Field) -> bool:
    linked = field.remote_field is not None and getattr(field.remote_field, "parent_link", False)
    return field.editable and not field.auto_created and not linked


def comes_from_a_library(field: models.Field) -> bool:
    return any(
        field.name in {own.name for own in parent._meta.get_fields()}
        for parent in field.model.__mro__
        if hasattr(parent, "_meta") and parent.__module__.split(".")[0] not in APPS
    )


# Code


def test_gettext_is_not_used():
    assert [name(path) for path in MODULES if "gettext" in path.read_text()] == []


def test_no_module_has_a_catch_all_name():
    drawers = {"utils", "helpers", "common", "services", "signals", "core", "misc"}

    assert [
        name(path) for path in MODULES if path.stem in drawers or path.parent.name in drawers
    ] == []


def test_every_module_has_a_docstring():
    assert [
        name(path)
        for path in MODULES
        if path.name != "apps.py"
        and path.read_text().strip()
        and not ast.get_docstring(ast.parse(path.read_text()))
    ] == []


def test_no_function_is_longer_than_forty_lines():
    functions = (
        (path, node)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
    )

    assert [
        f"{name(path)}: {node.name}, {node.end_lineno - node.lineno + 1} lines"
        for path, node in functions
        if node.end_lineno - node.lineno + 1 > 40
    ] == []


#: Parameters that are the person who acts, looks or owns.
PEOPLE = {"user", "by", "viewer", "visitor", "owner", "member"}


def test_people_have_a_type():
    """`home.access` has the types: `Visitor` may be anonymous, `Account` is logged in. Any would hide which."""
    assert [
        f"{name(path)}: {node.name}({ast.unparse(argument)})"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
        for argument in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        if argument.arg in PEOPLE and argument.annotation is not None
        if re.search(r"\b(Any|object)\b", ast.unparse(argument.annotation))
    ] == []


def test_comments_that_silence_a_tool_say_which_rule_and_why():
    noqa = each_line(MODULES, r"#\s*noqa.*$", re.MULTILINE)
    ignored = each_line(MODULES, r"#\s*type:\s*ignore.*$", re.MULTILINE)

    assert [
        line for line in noqa if not re.search(r"noqa: [A-Z]+\d+(?:, [A-Z]+\d+)* -- \S", line)
    ] == []
    assert [line for line in ignored if not re.search(r"ignore\[[a-z, -]+\]", line)] == []


def imported(*folders: str) -> set[str]:
    """Other projects' top-level modules, in migrations and test data too."""
    paths = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    modules: list[str] = []
    for node in (node for path in paths for node in ast.walk(ast.parse(path.read_text()))):
        if isinstance(node, ast.Import):
            modules += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules.append(node.module)
    ours = {*SOURCES, "tests"}
    return {module.split(".")[0] for module in modules} - ours - sys.stdlib_module_names


def distribution(requirement: str) -> str:
    """`Django[argon2]>=5.2` is `django`."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0]).lower()


@pytest.mark.parametrize(
    ("folders", "groups"), [(SOURCES, []), (["tests"], ["dev"])], ids=["the site", "its tests"]
)
def test_what_is_imported_is_declared(folders, groups):
    """A module that only another package brings along goes when that package no longer needs it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lists = [project["project"]["dependencies"], *(project["dependency-groups"][g] for g in groups)]
    declared = {distribution(requirement) for requirements in lists for requirement in requirements}
    providers = packages_distributions()

    assert [
        module
        for module in sorted(imported(*folders))
        if declared.isdisjoint(map(distribution, providers.get(module, [])))
    ] == []


def test_migrations_have_names():
    migrations = (path for app in APPS for path in (ROOT / app / "migrations").glob("0*.py"))

    assert [name(path) for path in migrations if "_auto_" in path.name] == []


@pytest.mark.django_db
def test_migrations_match_the_models():
    said = StringIO()

    call_command("makemigrations", check=True, dry_run=True, stdout=said, stderr=said)

    assert said.getvalue() == "No changes detected\n"


def test_no_file_contains_a_path_of_a_developers_machine():
    here = Path(__file__).name
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\n")
    texts = [
        ROOT / path
        for path in tracked
        if Path(path).suffix in {".py", ".html", ".md", ".toml", ".css", ".js", ""} and path
    ]

    assert (
        each_line(
            [path for path in texts if path.name != here and path.is_file()],
            r"/(?:work|root|Users)/\S*",
        )
        == []
    )


# The suite itself


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 80)])
def test_no_test_accesses_the_network(address):
    """registration 75."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as connection, pytest.raises(SocketConnectBlockedError):
        connection.connect(address)


def test_an_undefined_variable_of_a_template_fails_its_test():
    with pytest.raises(pytest.fail.Exception, match="Undefined template variable 'absent'"):
        engines["django"].from_string("{{ absent }}").render()


@pytest.mark.ignore_template_errors
def test_a_test_of_wagtails_own_templates_may_allow_undefined_variables(monkeypatch):
    """And pytest-django does not inspect the whole stack for each variable, which is slow."""
    undefined = settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"]
    monkeypatch.delattr(type(undefined), "_get_origin")

    assert engines["django"].from_string("a{{ absent }}b").render() == "ab"


#: Packages that send texts or pictures to a model, or run one.
MODELS = {
    "wagtail-ai", "django-ai-core", "any-llm-sdk", "openai", "anthropic", "mistralai", "google-genai", "cohere", "ollama",
    "litellm", "langchain", "langchain-core", "llama-index", "llama-cpp-python", "transformers", "sentence-transformers",
    "torch", "onnxruntime", "huggingface-hub",
}  # fmt: skip


def test_no_package_writes_or_describes_in_an_editors_place():
    """desk 23."""
    locked = {
        package["name"] for package in tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    }

    assert "wagtail" in locked
    assert locked & MODELS == set()
