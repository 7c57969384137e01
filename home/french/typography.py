"""French non-breaking spaces and typographic apostrophes, applied at rendering only.

Left alone: tags and attributes, URLs, e-mail addresses, the content of `<code>` and similar elements, times like 9:30.
Idempotent.
"""

import re

NBSP = "\u00a0"  # before a colon, inside « », before a unit
NARROW = "\u202f"  # before ; ! ?

# Each pattern starts with a character or a character class, which keeps the search of a page fast.
# Placeholders of anything that is not text, while the rules run.
_INLINE = "\ue000"  # an inline tag: the rules ignore it
_BREAK = "\ue001"  # any other tag: a new text starts after it
_OPAQUE = "\ue002"  # a URL, an entity, code: an unchanged word

_SPACES = " \t\u00a0\u202f\u2007\u2008\u2009\u200a"
_URL = r"(?:https?:|www\.)(?:[^\s<>«»\"]*[^\s<>«»\".,;:!?)\]…'’\ue000-\ue002])?"
_EMAIL = r"(?<![\w.+'’-])[\w.+'’-]++@[\w.-]+"
_RAW = "code|kbd|math|pre|samp|script|style|svg|template|textarea|var"

_NOT_TEXT = re.compile(rf"{_URL}|\ue000|\ue001|\ue002")
_NOT_TEXT_WITH_EMAIL = re.compile(rf"{_URL}|{_EMAIL}|\ue000|\ue001|\ue002")
_ATTRIBUTES = r"(?:[^<>\"']++|\"[^\"]*\"|'[^']*')*+>"
_MARKUP = (
    rf"<(?P<raw>(?i:{_RAW}))\b{_ATTRIBUTES}.*?(?:</(?i:(?P=raw))\s*>|\Z)|<!--.*?(?:-->|\Z)|<[!?][^<>]*+>|</?[a-zA-Z]{_ATTRIBUTES}"
    r"|&(?:#\d+|#[xX][\da-fA-F]+|[a-zA-Z]\w*);"
)
_NOT_HTML_TEXT = re.compile(rf"{_MARKUP}|{_NOT_TEXT.pattern}", re.DOTALL)
_NOT_HTML_TEXT_WITH_EMAIL = re.compile(rf"{_MARKUP}|{_NOT_TEXT_WITH_EMAIL.pattern}", re.DOTALL)
_ASIDE = re.compile("[\ue000-\ue002]")
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|cite|del|dfn|em|i|ins|mark|q|s|small|span|strong|sub|sup|time|u|wbr)\b|<!--",
    re.IGNORECASE,
)
_RAW_TAG = re.compile(rf"<(?:{_RAW})\b", re.IGNORECASE)
#: Entities decoded for the rules; the others stay as written.
_READ_ENTITIES = {
    **dict.fromkeys(("&nbsp;", "&#160;", "&#xa0;"), NBSP),
    **dict.fromkeys(("&#8239;", "&#x202f;"), NARROW),
    **dict.fromkeys(("&#39;", "&#x27;", "&apos;"), "'"),
    "&laquo;": "«",
    "&raquo;": "»",
    "&rsquo;": "’",
}

_CANDIDATE = re.compile(r"[;!?:«»'%€]|\d[ \u00a0]")
_APOSTROPHE = re.compile(rf"'(?<=[^\W\d_]')(?={_INLINE}*[\w«])")
_OPENING = re.compile(rf"«[{_SPACES}]*({_INLINE}*)[{_SPACES}]*")
_SPACED_MARK = re.compile(
    rf"[{_SPACES}](?<![{_SPACES}]{{2}})[{_SPACES}]*+({_INLINE}*+)[{_SPACES}]*+(?=([;!?:»]))"
)
_MARK = re.compile(r"[;!?:»](?:(?<=[;!?])[;!?]*)?")
_UNITS = (
    "[kMGT]?Wh|[kMGT]?W|[kMG]?o|[kmcdµ]?m[²³23]?|km/h|[kmc]?g|[cmdh]?[lL]|h|min|s|j|ha|t|tCO2|teqCO2"
    "|°C|°|‰|[£$]|euros?|centimes?|millions?|milliards?|heures?|minutes?|jours?|mois|ans?"
)
_UNIT = re.compile(rf"(\d)(?:[{_SPACES}]*([%€])|[{_SPACES}]+({_UNITS}))(?![\w'’])")
_CLOSERS = ")]}»\"”’'%€…°.!?*²³" + _OPAQUE
_AFTER_MARK = _SPACES + "\n\r)]}»\"”’'…," + _BREAK + _INLINE


def typo(text: str) -> str:
    """Apply French spaces and apostrophes to a plain text."""
    if not _CANDIDATE.search(text):
        return text
    return _apply(text, _NOT_TEXT_WITH_EMAIL if "@" in text else _NOT_TEXT)


def typo_html(html: str) -> str:
    """Apply them to the text of an HTML fragment. Rules apply across inline tags."""
    if not _CANDIDATE.search(html):
        return html
    return _apply(html, _NOT_HTML_TEXT_WITH_EMAIL if "@" in html else _NOT_HTML_TEXT)


def _apply(source: str, not_text: re.Pattern[str]) -> str:
    aside: list[str] = []

    def set_aside(match: re.Match[str]) -> str:
        found = match.group()
        read = _READ_ENTITIES.get(found.lower()) if found[0] == "&" else None
        if read:
            return read
        aside.append(found)
        return _placeholder(found)

    text = _space(not_text.sub(set_aside, source))
    if not aside:
        return text
    put_back = iter(aside)
    return _ASIDE.sub(lambda _: next(put_back), text)


def _placeholder(found: str) -> str:
    if _INLINE_TAG.match(found):
        return _INLINE
    return _BREAK if found[0] == "<" and not _RAW_TAG.match(found) else _OPAQUE


def _space(text: str) -> str:
    text = _APOSTROPHE.sub("’", text)
    text = _OPENING.sub(rf"«{NBSP}\1", text)
    text = _SPACED_MARK.sub(lambda m: (NBSP if m[2] in ":»" else NARROW) + m[1], text)
    text = _MARK.sub(_space_before_mark, text)
    return _UNIT.sub(lambda m: m[1] + NBSP + (m[2] or m[3]), text)


def _space_before_mark(match: re.Match[str]) -> str:
    """Insert the space before a mark that follows a word directly, unless it is part of a URL, a time or code."""
    mark, text = match.group(), match.string
    before = match.start() - 1
    while before >= 0 and text[before] == _INLINE:
        before -= 1
    if before < 0 or not (text[before].isalnum() or text[before] in _CLOSERS):
        return mark
    after = text[match.end() : match.end() + 1]
    if mark != "»" and after not in _AFTER_MARK and not (after == ":" and mark != ":"):
        return mark
    return (NBSP if mark in ":»" else NARROW) + mark


#: Words joined by hyphens, with what must stay at them: « l’après-midi : », « tiers-lieux » in quotation marks.
_COMPOUND = re.compile(
    r"(?:[«(][\u00a0\u202f]?)?(?:[^\W\d_]+’)?[^\W\d_]+(?:-[^\W\d_]+)+(?:[\u00a0\u202f]?[»;:!?,.…)])*(?![^<]*>)"
)


def keep_compounds(html: str) -> str:
    """Wrap each compound word of a title: a line that breaks after « tiers- » reads as another word."""
    return _COMPOUND.sub(lambda found: f'<span class="compound">{found[0]}</span>', html)
