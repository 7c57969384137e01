"""Full-text search over the entries of `home.models.search`: queries, ranking, excerpts.

Index and query go through the same folding (`home.french`), so that `participantes` finds *participant·es* on any
database without an extension.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.functional import cached_property
from django.utils.html import escape
from django.utils.safestring import SafeString
from wagtail.models import Page

from home.access import Visitor, visible_to
from home.french import index_text, query_terms
from home.markup import as_markup
from home.models.search import SearchEntry
from home.prefetch.cards import as_cards, content_models

LONGEST_QUESTION = 200
#: Weight of a match, by column.
WORTH = {"title": 9, "lead": 3, "body": 1}
EXCERPT_WORDS = 34
BEFORE_MATCH = 8


@dataclass(frozen=True)
class SearchQuery:
    """A cleaned query. A page matches if it contains one term of each of `groups`."""

    text: str
    kind: str = ""

    @classmethod
    def read(cls, asked: Any) -> "SearchQuery":
        text = " ".join(asked.get("q", "").replace("\0", "").split())[:LONGEST_QUESTION]
        return cls(text, asked.get("type", ""))

    @cached_property
    def groups(self) -> list[tuple[str, ...]]:
        return query_terms(self.text)

    @cached_property
    def terms(self) -> frozenset[str]:
        return frozenset(term for group in self.groups for term in group)


def kinds() -> dict[str, str]:
    """Return the content types offered as filters, {query parameter value: label}."""
    return {model.search_kind: model.search_label for model in content_models()}


def answers(question: SearchQuery, user: Visitor) -> QuerySet:
    """Return the matching entries of pages that the user may see, best first."""
    entries = SearchEntry.objects.filter(page__in=visible_to(user))
    if not question.groups:
        return entries.none()
    if question.kind in kinds():
        chosen = [model for model in content_models() if model.search_kind == question.kind]
        entries = entries.filter(page__in=Page.objects.type(*chosen))
    score: Any = Value(0)
    for group in question.groups:
        entries = entries.filter(
            found_in("title", group) | found_in("lead", group) | found_in("body", group)
        )
        score = score + worth_of(group)
    return entries.annotate(score=score).order_by("-score", "-page__first_published_at", "-pk")


def found_in(column: str, group: Iterable[str]) -> Q:
    found = Q()
    for term in group:
        found |= Q(**{f"{column}__contains": f" {term} "})
    return found


def worth_of(group: Iterable[str]) -> Any:
    return sum(
        (
            Case(
                When(found_in(column, group), then=Value(worth)),
                default=Value(0),
                output_field=IntegerField(),
            )
            for column, worth in WORTH.items()
        ),
        start=Value(0),
    )


@dataclass(frozen=True)
class Result:
    page: Any
    excerpt: SafeString


def results(entries: Iterable[SearchEntry], question: SearchQuery) -> list[Result]:
    """Return the entries' pages, prefetched for display, with excerpts in which matches are marked."""
    by_page = {entry.page_id: entry for entry in entries}
    pages = {page.pk: page for page in as_cards(Page.objects.filter(pk__in=by_page))}
    return [
        Result(pages[key], excerpt(entry.text, question.terms))
        for key, entry in by_page.items()
        if key in pages
    ]


def excerpt(text: str, terms: frozenset[str]) -> SafeString:
    """Return the words around the first match as HTML, with matching words in `<mark>`."""
    words = text.split()
    first = next((place for place, word in enumerate(words) if answers_word(word, terms)), 0)
    start = max(0, first - BEFORE_MATCH)
    shown = [marked(word, terms) for word in words[start : start + EXCERPT_WORDS]]
    before = "… " if start else ""
    after = " …" if start + EXCERPT_WORDS < len(words) else ""
    return as_markup(f"{before}{' '.join(shown)}{after}", because="each word is escaped")


def marked(word: str, terms: frozenset[str]) -> str:
    return f"<mark>{escape(word)}</mark>" if answers_word(word, terms) else escape(word)


@lru_cache(maxsize=20_000)
def words_in(word: str) -> frozenset[str]:
    return frozenset(index_text(word).split())


def answers_word(word: str, terms: frozenset[str]) -> bool:
    return not terms.isdisjoint(words_in(word))
