"""Rows stored before there was one rule for typed text: migrations write them as forms keep them now."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.db import DatabaseError, transaction

from home.french.characters import one_line
from home.mail.addresses import normal_address


def clean_rows(model: Any, *, lines: Iterable[str] = (), addresses: Iterable[str] = ()) -> None:
    """Clean columns of one line and columns of addresses. A row that would then equal another one stays as it is."""
    rules = {**dict.fromkeys(lines, one_line), **dict.fromkeys(addresses, normal_address)}
    for pk, *texts in list(model.objects.values_list("pk", *rules)):
        cleaned = {name: rules[name](text) for name, text in zip(rules, texts, strict=True)}
        changed = {
            name: cleaned[name]
            for name, text in zip(rules, texts, strict=True)
            if cleaned[name] != text
        }
        if changed and "" not in changed.values():
            with suppress(DatabaseError), transaction.atomic():
                model.objects.filter(pk=pk).update(**changed)
