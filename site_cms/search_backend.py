"""Wagtail's search in the database, for whatever is typed.

On SQLite a word with a quotation mark (`l"eau`, or one mark alone) was an error of the site.
"""

from typing import Any

from modelsearch.backends import database


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802 -- the name that Wagtail's setting asks for
    """Return the backend of this kind of database, which finds words and never a quotation mark."""
    kind = type(database.SearchBackend(dict(params)))
    return type(f"Plain{kind.__name__}", (WithoutMarks, kind), {})(params)


class WithoutMarks:
    def search(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        return super().search(without_marks(query), *args, **kwargs)  # type: ignore[misc]

    def autocomplete(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        return super().autocomplete(without_marks(query), *args, **kwargs)  # type: ignore[misc]


def without_marks(query: Any) -> Any:
    """Return typed words without quotation marks; a query that code has built as it is."""
    return " ".join(query.replace('"', " ").split()) if isinstance(query, str) else query
