"""Names of people, folded to tell whether two of them are of one person."""

import re

from home.french.folding import fold

LONGEST_KEY = 240

#: Written before or after a name, folded. They tell two people apart only where nothing else does: M. Petit, Mme Petit.
TITLES = frozenset(
    [
        "m",
        "mm",
        "mr",
        "mme",
        "mmes",
        "mlle",
        "monsieur",
        "madame",
        "mademoiselle",
        "dr",
        "dre",
        "docteur",
        "docteure",
        "me",
        "maitre",
        "pr",
        "pre",
        "prof",
        "professeur",
        "professeure",
    ]
)
#: Words that no surname consists of alone: M. Le Goff and Mme Le Goff have one name each, and are two people.
PARTICLES = frozenset(
    [
        "al", "ben", "d", "da", "de", "del", "den", "der", "des", "di", "dos", "du", "el", "l", "la", "le", "les", "van", "von",
    ]
)  # fmt: skip
#: Apostrophes, typed as they come, join the letters around them: N’Diaye is Ndiaye, D’ Hauteville is Dhauteville.
_APOSTROPHES = re.compile(r"(?<=\w)['\u2018\u2019\u02bc\u02b9\u2032\u00b4`]\s*(?=\w)")
#: Letters of other alphabets of ours that have no accent to take away: Łukasz is Lukasz.
_STROKES = str.maketrans("łŁđĐðÐħĦŧŦıİ", "lLdDdDhHtTii")


def name_key(name: str) -> str:
    """Return the words of a name in alphabetical order, folded and without titles.

    « DUPONT Marie » and « Mme Marie Dupont » have the same key. A title stays beside a surname alone, and a name
    without any letter is its own key, so that only an empty name has an empty key.
    """
    words = fold(_APOSTROPHES.sub("", name.translate(_STROKES))).split()
    named = [word for word in words if word not in TITLES]
    is_surname = sum(word not in PARTICLES for word in named) < 2
    key = " ".join(sorted(words if is_surname else named)) or " ".join(name.split()).lower()
    return key[:LONGEST_KEY]
