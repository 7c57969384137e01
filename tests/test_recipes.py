"""Commands that the documentation tells to run: each exists with its options, and a test runs it to the end."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).resolve().parents[1]
PAGES = (
    "README.md",
    "docs/operations.md",
    "docs/import.md",
    "docs/testing.md",
    "docs/contributing.md",
)
#: The suite's own, and what starts and checks the site: `make` names no other.
TARGETS = {"run", "dev", "import", "manage", "test", "check", "bench"}
PROGRAMS = ("make", "python manage.py", ".venv/bin/python", ".venv/bin/pytest", ".ci/run")


def commands(*pages: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each command of manage.py that these pages tell, or all, with its arguments."""
    for page in pages or PAGES:
        for told in re.findall(
            r"(?:^|`|[ /])(?:python )?manage\.py ([^`\n]+)", (ROOT / page).read_text()
        ):
            words = shlex.split(told.partition("#")[0])
            name = words[0].rstrip(".,;:")
            # What is optional or stands for something: [--dry-run], PATH…
            yield name, [word.strip("[]").replace("…", "") for word in words[1:]]


def blocks() -> Iterator[str]:
    for page in PAGES:
        for block in re.findall(r"```sh\n(.*?)```", (ROOT / page).read_text(), re.DOTALL):
            yield from filter(None, block.splitlines())


@pytest.mark.parametrize(("name", "arguments"), list(commands()))
def test_a_command_that_is_told_exists_and_takes_its_options(
    name: str, arguments: list[str]
) -> None:
    parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
    known = {option for action in parser._actions for option in action.option_strings}

    assert {word for word in arguments if word.startswith("--")} <= known


def test_a_command_that_is_told_is_run_by_a_test() -> None:
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("*.py"))

    assert [
        name
        for name in sorted({name for name, _arguments in commands()})
        if not re.search(
            rf'(call_command\(|"manage\.py", |\.manage\(|run\(\[\'manage\.py\', )["\']{name}', tests
        )
    ] == []


@pytest.mark.parametrize("line", list(blocks()))
def test_a_block_runs_nothing_but_the_site_and_its_tests(line: str) -> None:
    command = re.sub(r"^(\w+=\S+ )+", "", line)

    assert command.startswith(PROGRAMS)
    assert command.split()[0] != "make" or command.split()[1] in TARGETS


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_a_target_of_make_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
