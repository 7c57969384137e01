"""Characters that people paste without seeing them, and the spaces of a line. Pure functions."""

import re
import unicodedata

_SELECTOR, _JOINER, _KEYCAP = "\ufe0f", "\u200d", "\u20e3"
#: Controls but white space, and what Unicode calls default ignorable: soft hyphens, joiners, directional marks,
#: variation selectors, byte order marks. Lone surrogates cannot be stored.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def without_invisible(text: str) -> str:
    """Normalise to NFC and remove invisible characters, except those that make one emoji of several."""
    text = unicodedata.normalize("NFC", text)
    return _INVISIBLE.sub(lambda found: found[0] if _makes_an_emoji(found) else "", text)


def one_line(text: str) -> str:
    """Return the text as a one-line field keeps it: nothing invisible, one plain space between words."""
    return " ".join(without_invisible(text).split())


def several_lines(text: str) -> str:
    """Return the text as a field of several lines keeps it: nothing invisible, `\\n` at the end of each line."""
    return without_invisible(_LINE_ENDS.sub("\n", text)).strip()


def _makes_an_emoji(found: re.Match[str]) -> bool:
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    if found[0] == _SELECTOR:
        return _is_symbol(before) or after == _KEYCAP
    return found[0] == _JOINER and _is_symbol(after) and (before == _SELECTOR or _is_symbol(before))


def _is_symbol(character: str) -> bool:
    """Return whether it is a pictogram or the skin tone that follows one."""
    return bool(character) and unicodedata.category(character) in {"So", "Sk"}
