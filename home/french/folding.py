"""Text normalisation for French search, applied to both the index and the query.

The database needs no French configuration, and SQLite and PostgreSQL give the same results:

- when a page is saved, store `index_text(...)` of its plain text (no markup) in a text field;
- for each group returned by `query_terms(typed)`, keep the rows whose text contains one of its terms between two
  spaces::

      for group in query_terms(typed):
          rows = rows.filter(reduce(or_, (Q(search_text__contains=f" {term} ") for term in group)))

Both sides are lower-case ASCII for French text, so `contains` needs no collation. A word index (FTS5 or
`to_tsvector('simple')`) could replace `contains`: a term is always a whole word of the indexed text.
"""

import re
import unicodedata

from django.utils.text import slugify

from home.french.characters import without_invisible
from home.french.inclusive import neutral_forms, split_forms

#: Each term adds a condition to the database query; the rest of a longer query is ignored.
MAX_TERMS = 12

_LETTERS = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o"})
_WORD = re.compile(r"[^\W_]+")
#: Stop words. Ignored next to other words, where they would only exclude good results; searched when alone.
_EMPTY_WORDS = frozenset(
    [
        "a",
        "au",
        "aux",
        "avec",
        "c",
        "ce",
        "ces",
        "cette",
        "d",
        "dans",
        "de",
        "des",
        "du",
        "elle",
        "elles",
        "en",
        "est",
        "et",
        "il",
        "ils",
        "j",
        "je",
        "l",
        "la",
        "le",
        "les",
        "leur",
        "leurs",
        "m",
        "ma",
        "mais",
        "mes",
        "mon",
        "n",
        "ne",
        "nos",
        "notre",
        "nous",
        "on",
        "ou",
        "par",
        "pas",
        "pour",
        "qu",
        "que",
        "qui",
        "s",
        "sa",
        "sans",
        "se",
        "ses",
        "si",
        "son",
        "sont",
        "sur",
        "t",
        "ta",
        "te",
        "tes",
        "ton",
        "tu",
        "un",
        "une",
        "vos",
        "votre",
        "vous",
        "y",
    ]
)
#: Prefixes written with or without a hyphen: co-développement, codéveloppement.
_PREFIXED = re.compile(
    r"\b(agro|anti|auto|bio|co|éco|inter|intra|macro|micro|multi|non|pluri|post|pré|ré|socio)[-\u2010\u2011](?=[^\W\d_]{3})",
    re.IGNORECASE,
)
#: Singular words in -s, which would become another word without it.
_NOT_PLURAL = frozenset(
    [
        "aupres",
        "bois",
        "corps",
        "cours",
        "dessous",
        "exces",
        "fils",
        "fois",
        "fonds",
        "mois",
        "mons",
        "paris",
        "pays",
        "plus",
        "proces",
        "sous",
        "temps",
        "vers",
    ]
)
_IRREGULAR = {
    "boyaux": "boyau",
    "joyaux": "joyau",
    "noyaux": "noyau",
    "tuyaux": "tuyau",
    "travaux": "travail",
    "vitraux": "vitrail",
    "ideaux": "ideal",
}


def fold(text: str) -> str:
    """Return the words in lower case, without accents, ligatures or punctuation, one space apart. Idempotent."""
    lowered = _bare(without_invisible(text).translate(_LETTERS)).casefold()
    return " ".join(_WORD.findall(_bare(lowered)))


def index_text(text: str) -> str:
    """Return the index entry of a plain text: its folded words, all forms of inclusive words, and their singulars.

    It starts and ends with a space, so that every word can be matched between two spaces. Extra forms are inserted
    next to each word, so phrases cannot be searched.
    """
    words: list[str] = []
    for forms in split_forms(_with_joined_prefixes(text)):
        entries = [entry for word in fold(" ".join(forms)).split() for entry in _entries(word)]
        words += dict.fromkeys(entries) if len(forms) > 1 else entries
    return f" {' '.join(words)} " if words else ""


def query_terms(text: str) -> list[tuple[str, ...]]:
    """Return the groups of terms of a query: a text matches when it contains one term of every group.

    A group has one term, or two for an inclusive form (`élu·es` matches *élus* or *élues*). The list is empty when the
    query has no word: show no results then, rather than everything.
    """
    groups: list[tuple[str, ...]] = []
    empty: list[tuple[str, ...]] = []
    for forms in split_forms(_PREFIXED.sub(r"\1", text)):
        if len(forms) > 1:
            groups.append(_group(forms))
            continue
        for word in fold(forms[0]).split():
            neutral = neutral_forms(word)
            (empty if word in _EMPTY_WORDS else groups).append(_group(neutral or (word,)))
    return list(dict.fromkeys(groups or empty))[:MAX_TERMS]


def matches(text: str, query: str) -> bool:
    """Return whether a text matches a query, by the same rule as the search, without a database."""
    indexed, groups = index_text(text), query_terms(query)
    return bool(groups) and all(any(f" {term} " in indexed for term in group) for group in groups)


def singular(word: str) -> str:
    """Return the singular of a folded word, so that *échanges* matches *échange*. The gender is kept."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or word in _NOT_PLURAL or word.endswith("ss"):
        return word
    if word.endswith(("eaux", "eux", "oux")):
        return word[:-1]
    if len(word) > 5 and word.endswith("aux"):
        return f"{word[:-3]}al"
    return word.removesuffix("s")


def slugify_fr(text: str) -> str:
    """Slugify a French title: œ becomes *oe*; apostrophes, dashes and middle dots separate words."""
    return slugify(re.sub(r"['’‘\u02bc\u2032·•⋅‧/–—\u2010\u2011]", "-", text.translate(_LETTERS)))


def _bare(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _with_joined_prefixes(text: str) -> str:
    """Append the joined form of prefixed words, the form that queries use: *codéveloppement*."""
    if not _PREFIXED.search(text):
        return text
    written_apart = " ".join(word for word in text.split() if _PREFIXED.search(word))
    joined = _PREFIXED.sub(r"\1", written_apart)
    return f"{text} {joined}"


def _entries(word: str) -> list[str]:
    plain = (word, *(neutral_forms(word)))
    return list(dict.fromkeys(entry for form in plain for entry in (form, singular(form))))


def _group(forms: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(singular(word) for form in forms for word in fold(form).split()))
