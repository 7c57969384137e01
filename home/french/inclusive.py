"""Parser of French inclusive writing, based on a closed table of endings.

`participant·es`, `participant-es`, `participant.e.s`, `participant(e)s` and `participants/participantes` all give
*participant, participants, participante, participantes*. Words without an ending of the table are left as they are:
`peut-être`, `rendez-vous`, `Hauts-de-France`, URLs, abbreviations.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from home.french.characters import without_invisible

#: Characters that join a word to its inclusive ending, besides brackets.
_JOINTS = "·•⋅‧∙・.\\-\u2010\u2011/"
_LETTERS = r"[^\W\d_]"
_CHAIN = re.compile(
    rf"(?<!\w){_LETTERS}++(?:[{_JOINTS}]{_LETTERS}++(?![\d_])|\({_LETTERS}{{1,6}}\){_LETTERS}{{0,2}}(?!\w))+"
)
_ADDRESS = re.compile(
    r"(?<!\S)\S*(?:https?:|www\.|@|\.(?:fr|org|com|eu|net|html?|pdf|jpe?g|png)\b)\S*"
)
_DOT = re.compile("[·•⋅‧∙・]")
_NOT_A_DOT = re.compile("[-\u2010\u2011/.]")
_LINK = re.compile(rf"[{_JOINTS}()]+")


class _Ending(NamedTuple):
    masculine: str  # masculine ending
    feminine: str  # feminine ending that replaces it
    written: frozenset[str]  # forms written after the joint, in the singular


def _ending(masculine: str, feminine: str, written: str) -> _Ending:
    return _Ending(masculine, feminine, frozenset(written.split()))


#: The first match wins: longer endings come before shorter ones.
_ENDINGS = (
    _ending("teur", "trice", "trice rice"),
    _ending("eur", "euse", "euse se"),
    _ending("eur", "eresse", "eresse"),
    _ending("eur", "eure", "e eure"),
    _ending("eux", "euse", "euse se"),
    _ending("er", "ère", "ère ere e"),
    _ending("ier", "ière", "ière iere"),
    _ending("if", "ive", "ve ive"),
    _ending("euf", "euve", "ve euve"),
    _ending("en", "enne", "ne enne e"),
    _ending("ien", "ienne", "ienne"),
    _ending("on", "onne", "ne onne"),
    _ending("el", "elle", "le elle"),
    _ending("eil", "eille", "le eille"),
    _ending("eau", "elle", "elle"),
    _ending("al", "ale", "e ale"),
    _ending("et", "ette", "te ette"),
    _ending("et", "ète", "ète ete"),
    _ending("ec", "ecque", "que cque"),
    _ending("c", "que", "que"),
    _ending("c", "che", "he che"),
    _ending("ef", "effe", "fe effe"),
    _ending("oux", "ouce", "ce ouce"),
    _ending("aître", "aîtresse", "sse esse"),
    _ending("aire", "airesse", "sse esse"),
    *(_ending(end, f"{end}e", "e") for end in ("é", "i", "u", "l", "n", "t", "d", "r", "s", "g")),
)
#: Irregular pairs (two words, or a word and its ending) and all their forms.
_WHOLE = {
    **dict.fromkeys(("il elle", "elle il"), ("il", "elle")),
    **dict.fromkeys(("ils elles", "elles ils"), ("ils", "elles")),
    **dict.fromkeys(("eux elles", "elles eux"), ("eux", "elles")),
    **dict.fromkeys(("celui celle", "celle celui"), ("celui", "celle")),
    **dict.fromkeys(("ceux celles", "celles ceux"), ("ceux", "celles")),
    **dict.fromkeys(("le la", "la le"), ("le", "la")),
    **dict.fromkeys(("un e", "un une", "une un"), ("un", "une")),
    **dict.fromkeys(("tous tes", "tous toutes", "toutes tous", "tou te"), ("tous", "toutes")),
    **dict.fromkeys(("frère sœur", "frères sœurs"), ("frère", "sœur", "frères", "sœurs")),
}
#: Gender-neutral words, written without a joint.
_NEUTRAL = {
    "iel": ("il", "elle"),
    "iels": ("ils", "elles"),
    "celleux": ("celles", "ceux"),
    "toustes": ("tous", "toutes"),
}


def split_forms(text: str) -> list[tuple[str, ...]]:
    """Split a text, in order, into plain parts (one form each) and inclusive words (all their forms)."""
    found: list[tuple[str, ...]] = []
    for stretch, is_address in _cut(without_invisible(text), _ADDRESS):
        if is_address:
            found.append((stretch,))
            continue
        for piece, is_chain in _cut(stretch, _CHAIN):
            found.extend(_read_chain(piece) if is_chain else [(piece,)])
    return found


def neutral_forms(word: str) -> tuple[str, ...]:
    """Return the gendered pronouns of a neutral one (*iels*: *ils*, *elles*); empty for any other word."""
    return _NEUTRAL.get(word, ())


def doubtful_forms(text: str) -> list[str]:
    """Return the words with a middle dot that the table cannot parse, and which a search would miss."""
    parts = (part for chain in _chains(text) for part in _NOT_A_DOT.split(chain))
    return [part for part in parts if _DOT.search(part) and not _is_read(part)]


def joints(text: str) -> set[str]:
    """Return the joints used by the inclusive words of a text. Pairs of full words (`élus/élues`) do not count.

    A page should use only one.
    """
    read = (chain for chain in _chains(text) if any(len(forms) > 1 for forms in _read_chain(chain)))
    return {_sign(chain) for chain in read} - {"/"}


def _chains(text: str) -> list[str]:
    """Return the candidates: words with a joint, parsed or not, outside URLs and e-mail addresses."""
    stretches = (
        piece for piece, is_address in _cut(without_invisible(text), _ADDRESS) if not is_address
    )
    return [piece for stretch in stretches for piece, is_chain in _cut(stretch, _CHAIN) if is_chain]


def _sign(chain: str) -> str:
    if _DOT.search(chain):
        return "·"
    return next(letter for letter in chain if not letter.isalpha())


def _is_read(word: str) -> bool:
    return all(len(forms) > 1 for forms in _read_chain(word))


def _cut(text: str, pattern: re.Pattern[str]) -> list[tuple[str, bool]]:
    pieces, position = [], 0
    for match in pattern.finditer(text):
        pieces += [(text[position : match.start()], False), (match.group(), True)]
        position = match.end()
    return [*pieces, (text[position:], False)]


@lru_cache(maxsize=4096)
def _read_chain(chain: str) -> list[tuple[str, ...]]:
    """Parse a chain: *vice-président·e·s* gives *vice*, then the four forms of *président*."""
    parts = [part for part in _LINK.split(chain) if part]
    read: list[tuple[str, ...]] = []
    position = 0
    while position < len(parts):
        forms = _pair(parts[position], parts[position + 1]) if position + 1 < len(parts) else ()
        read.append(forms or (parts[position],))
        position += 2 if forms else 1
        if forms and position < len(parts) and parts[position].lower() == "s":
            position += 1
    return read


def _pair(stem: str, written: str) -> tuple[str, ...]:
    if written.isupper() and not stem.isupper():  # bâtiment-E
        return ()
    stem, written = stem.lower(), written.lower()
    whole = _WHOLE.get(f"{stem} {written}")
    if whole or len(stem) < 3:
        return whole or ()
    if written == "s":
        return (stem, f"{stem}s")
    return _gendered(stem, written.removesuffix("s"))


def _gendered(stem: str, written: str) -> tuple[str, ...]:
    for ending in _ENDINGS:
        for singular in _singulars(stem):
            if not singular.endswith(ending.masculine):
                continue
            feminine = singular.removesuffix(ending.masculine) + ending.feminine
            if written in ending.written or written == feminine:
                return (singular, _plural(singular), feminine, f"{feminine}s")
    return ()


def _singulars(stem: str) -> list[str]:
    """Return the possible singulars of a stem, which may be a plural: *élus·es*, *locaux-ales*."""
    if stem.endswith("aux") and not stem.endswith("eaux"):
        return [f"{stem.removesuffix('aux')}al"]
    return [stem.removesuffix("s"), stem] if stem.endswith("s") else [stem]


def _plural(singular: str) -> str:
    if singular.endswith("al"):
        return f"{singular.removesuffix('al')}aux"
    if singular.endswith(("s", "x")):
        return singular
    return f"{singular}x" if singular.endswith("eau") else f"{singular}s"
