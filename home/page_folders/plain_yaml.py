"""YAML of exported files: texts, whole numbers, truth values, lists and mappings. What is written is what is read."""

from typing import Any

import yaml

from home.page_import.refusal import ImportRefusal
from home.page_import.yaml_table import PlainLoader

#: Scalars that are not texts. Dates stay texts: their fields read them.
KINDS = tuple(f"tag:yaml.org,2002:{kind}" for kind in ("bool", "int", "float", "null"))
RESOLVERS = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag in KINDS]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
#: Of a line: texts are not folded, so that a comparison of two exports shows the sentence that changed.
WIDTH = 1_000_000
#: Ends of lines for YAML 1.1, besides `\\n`: next line, line and paragraph separator.
BREAKS = "\x85\u2028\u2029"


class Dumper(yaml.SafeDumper):
    yaml_implicit_resolvers = RESOLVERS

    def ignore_aliases(self, data: Any) -> bool:
        return True


class Loader(PlainLoader):
    yaml_implicit_resolvers = RESOLVERS


def represent_text(dumper: Dumper, text: str) -> yaml.ScalarNode:
    """Write a text of several lines as lines."""
    style = "|" if "\n" in text else None
    if any(mark in text for mark in BREAKS):
        style = '"'  # the only style that escapes them: PyYAML folds them in the others, and reads a space
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


Dumper.add_representer(str, represent_text)


def dump(value: Any) -> str:
    return yaml.dump(
        value, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=WIDTH, indent=2
    )


def load(text: str, first_line: int = 1) -> Any:
    """Parse what `dump` wrote. Raise ImportRefusal, with the line, for anything else."""
    try:
        return yaml.load(text, Loader=Loader)  # noqa: S506 -- a SafeLoader without anchors
    except ImportRefusal as refusal:
        raise ImportRefusal(refusal.line + first_line - 1, refusal.reason) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        raise ImportRefusal(first_line + line, f"broken YAML: {error.problem}") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ImportRefusal(first_line, f"broken YAML: {type(error).__name__}") from None
