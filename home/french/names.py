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
#: Particles that dictionaries of names leave out of the order: d’Hauteville is at H, but Le Goff at L and Du Bois at D.
UNORDERED = frozenset(["d", "de"])
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


def order_key(name: str) -> tuple[str, str, str]:
    """Return the key that lists people by surname, then first name, as a French directory does, without accents.

    The surname is what is written in capitals, else the last word, with the particles before it. A first name in
    capitals too (« MARIE DUPONT ») leaves only the second rule.
    """
    words = [word for word in name.split() if fold(word).strip() not in TITLES] or name.split()
    shouted = [word for word in words if is_shouted(word)]
    if not shouted or len(shouted) == len(words):
        first = max(len(words) - 1, 0)
        while first > 0 and fold(words[first - 1].rstrip("'\u2019")).strip() in PARTICLES:
            first -= 1
        shouted = words[first:]
        given = words[:first]
    else:
        given = [word for word in words if word not in shouted]
    surname = fold(" ".join(shouted)).split()
    while len(surname) > 1 and surname[0] in UNORDERED:
        del surname[0]
    return " ".join(surname), " ".join(fold(" ".join(given)).split()), name


def is_shouted(word: str) -> bool:
    letters = [letter for letter in word if letter.isalpha()]
    return len(letters) > 1 and all(letter.isupper() for letter in letters)


def d_of(name: str) -> str:
    """Return « de » and the name, or « d’ » before a vowel or a mute h: « d’Amina », « d’Hélène », « de Yann ».

    An h before an a counts as aspirated, as in « de Hassan »; nobody can tell from the letters alone.
    """
    start = fold(name).strip() + "  "
    first, second = start[0], start[1]
    is_elided = first in set("aeiou") or (first == "h" and second != "a")
    is_elided |= first == "y" and second not in set("aeiouy ")
    return f"d’{name}" if is_elided else f"de {name}"
