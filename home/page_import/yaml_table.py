"""YAML of a page file as strings, lists and tables, each with its line number. It knows no key of a page.

Scalars stay strings, because YAML would turn a postcode into a number (`01000`), a time into minutes (`14:00`) and a
title into a boolean (`Oui`); the methods of Table convert them. Anchors, tags and duplicate keys are refused.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from home.french.characters import one_line, several_lines
from home.french.typed_dates import in_paris
from home.page_import.refusal import ImportRefusal

PARIS = ZoneInfo("Europe/Paris")
MAX_HEADER = 64_000
PLAIN_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "null", "map", "seq")}
YEARS = range(1900, 2201)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{1,2}:\d{2}(?::\d{2})?)\s*(Z|[+-]\d{2}:?\d{2})?")
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?")


class PlainLoader(yaml.SafeLoader):
    """A SafeLoader that resolves plain scalars to strings or null only, and refuses anchors and aliases."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise ImportRefusal(event.start_mark.line + 1, "anchors and aliases are not read")
        return super().compose_node(parent, index)


PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith(":null")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass
class Table:
    """A mapping of the header, with the line number of each key.

    Typed accessors return an empty value for a missing key, and raise ImportRefusal for a value of the wrong type.
    """

    line: int
    name: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def line_of(self, key: str) -> int:
        return self.lines.get(key, self.line)

    def refuse(self, key: str, reason: str) -> ImportRefusal:
        return ImportRefusal(self.line_of(key), f"{self.name}{key}: {reason}")

    def has(self, key: str) -> bool:
        return self.values.get(key) not in (None, "", [])

    def allow(self, *keys: str) -> None:
        """Refuse unknown keys, so that a misspelt one is not silently ignored."""
        for key in self.values:
            if key not in keys:
                raise self.refuse(key, "unknown key")

    def text(self, key: str, *, required: bool = False, most: int = 255) -> str:
        value = self.values.get(key)
        if value is None:
            value = ""
        if not isinstance(value, str):
            raise self.refuse(key, "a text is expected")
        value = one_line(value)
        if required and not value:
            raise ImportRefusal(self.line_of(key), f"{self.name}{key} is missing")
        if len(value) > most:
            raise self.refuse(key, f"more than {most} characters")
        return value

    def long_text(self, key: str) -> str:
        """Return a text with its line breaks."""
        value = self.values.get(key) or ""
        if not isinstance(value, str):
            raise self.refuse(key, "a text is expected")
        return several_lines(value)

    def choice(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.text(key) or default
        if value not in allowed:
            raise self.refuse(key, f"{value!r} is none of {', '.join(allowed)}")
        return value

    def truth(self, key: str) -> bool:
        return self.choice(key, ("true", "false", "True", "False"), "false").lower() == "true"

    def number(self, key: str) -> int | None:
        value = self.text(key)
        if not value:
            return None
        if not re.fullmatch(r"[1-9]\d{0,5}", value, re.ASCII):
            raise self.refuse(
                key, f"{value!r} is not a number of 1 or more; without a limit, leave it out"
            )
        return int(value)

    def address(self, key: str) -> str:
        value = self.text(key, most=500)
        if value and not re.fullmatch(r"https?://[^\s<>\"']+\.?[^\s<>\"']+", value, re.IGNORECASE):
            raise self.refuse(key, f"{value!r} is not a web address")
        return value

    def day(self, key: str) -> date | None:
        moment = self.moment(key)
        return moment.date() if isinstance(moment, datetime) else moment

    def moment(self, key: str) -> date | datetime | None:
        """Return a date if no time is given, else an aware datetime in Europe/Paris."""
        value = self.text(key)
        try:
            return read_moment(value) if value else None
        except ValueError:
            raise self.refuse(key, f"{value!r} is not a date") from None

    def clock(self, key: str) -> time | None:
        value = self.text(key)
        match = CLOCK.fullmatch(value)
        if not value:
            return None
        try:
            return time(int(match[1]), int(match[2])) if match else read_hour(value)
        except ValueError:
            raise self.refuse(key, f"{value!r} is not an hour") from None

    def table(self, key: str) -> "Table":
        value = self.values.get(key)
        if value is None:
            return Table(self.line_of(key), f"{self.name}{key}.")
        if not isinstance(value, Table):
            raise self.refuse(key, "a mapping is expected")
        return value

    def tables(self, key: str) -> list["Table"]:
        value = self.values.get(key) or []
        if not isinstance(value, list) or not all(isinstance(item, Table) for item in value):
            raise self.refuse(key, "a list of mappings is expected")
        return value

    def texts(self, key: str) -> list[str]:
        value = self.values.get(key) or []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.refuse(key, "a list of texts is expected")
        return list(dict.fromkeys(filter(None, map(one_line, value))))


def read_moment(value: str) -> date | datetime:
    if DAY.fullmatch(value):
        return in_range(date.fromisoformat(value))
    match = MOMENT.fullmatch(value)
    if not match:
        raise ValueError(value)
    day, clock, offset = match.groups()
    moment = datetime.fromisoformat(f"{day}T{clock if clock[1].isdigit() else '0' + clock}")
    in_range(moment.date())
    if offset:
        offset = "+00:00" if offset == "Z" else offset
        return datetime.fromisoformat(f"{moment.isoformat()}{offset}").astimezone(PARIS)
    return in_paris(moment.date(), moment.time())


def read_hour(value: str) -> time:
    """Parse `9h30` or `14h`. Raise ValueError for anything else."""
    match = re.fullmatch(r"(\d{1,2})\s?[hH]\s?(\d{2})?", value)
    if not match:
        raise ValueError(value)
    return time(int(match[1]), int(match[2] or 0))


def in_range(day: date) -> date:
    if day.year not in YEARS:
        raise ValueError(day)
    return day


def read_header(text: str, first_line: int) -> Table:
    """Parse the header. Raise ImportRefusal if it is not a valid mapping."""
    if len(text) > MAX_HEADER:
        raise ImportRefusal(first_line, f"header over {MAX_HEADER} characters")
    loader = PlainLoader(text)
    try:
        node = loader.get_single_node()
    except ImportRefusal as refusal:
        raise ImportRefusal(refusal.line + first_line - 1, refusal.reason) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        raise ImportRefusal(first_line + line, f"broken header: {error.problem}") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ImportRefusal(first_line, f"broken header: {type(error).__name__}") from None
    if not isinstance(node, yaml.MappingNode):
        raise ImportRefusal(first_line, "broken header: keys with their values are expected")
    return read_table(node, first_line, "")


def read_table(node: yaml.MappingNode, first_line: int, name: str) -> Table:
    table = Table(node.start_mark.line + first_line, name)
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + first_line
        if not isinstance(key_node, yaml.ScalarNode):
            raise ImportRefusal(line, "broken header: a key is a word")
        key = key_node.value
        if key in table.values:
            raise ImportRefusal(line, f"{name}{key} is repeated")
        table.lines[key] = line
        table.values[key] = read_value(value_node, first_line, f"{name}{key}.")
    return table


def read_value(node: yaml.Node, first_line: int, name: str) -> Any:
    if node.tag not in PLAIN_TAGS:
        raise ImportRefusal(node.start_mark.line + first_line, f"tag {node.tag} is not read")
    if isinstance(node, yaml.MappingNode):
        return read_table(node, first_line, name)
    if isinstance(node, yaml.SequenceNode):
        return [read_value(item, first_line, name) for item in node.value]
    return None if node.tag.endswith(":null") else node.value
