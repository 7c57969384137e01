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
#: Apostrophes, typed as they come, join the letters around them: N’Diaye is Ndiaye.
_APOSTROPHES = re.compile(r"(?<=\w)['\u2018\u2019\u02bc\u02b9\u2032\u00b4`](?=\w)")


def name_key(name: str) -> str:
    """Return the words of a name in alphabetical order, folded and without titles.

    « DUPONT Marie » and « Mme Marie Dupont » have the same key. A title stays beside a single word, and a name
    without any letter is its own key, so that only an empty name has an empty key.
    """
    words = fold(_APOSTROPHES.sub("", name)).split()
    named = [word for word in words if word not in TITLES]
    key = " ".join(sorted(named if len(named) > 1 else words)) or " ".join(name.split()).lower()
    return key[:LONGEST_KEY]
