"""The text of a CSV, whose encoding no file says: known for sure, or refused."""

import re

ACCENTS = (
    "Les accents de ce fichier sont enregistrés à la manière du Macintosh ou de MS-DOS, et seraient lus de travers. Dans "
    "le tableur, enregistrez-le au format XLSX, ou «\u00a0CSV UTF-8\u00a0»."
)
TWO_READINGS = (
    "Les accents de ce fichier se lisent de deux manières («\u00a0{read}\u00a0» ou «\u00a0{other}\u00a0») et rien n’y dit "
    "laquelle est la bonne. Dans le tableur, enregistrez-le au format XLSX, ou «\u00a0CSV UTF-8\u00a0»."
)

#: What French text in a Macintosh or MS-DOS encoding becomes in Windows-1252, and names and places do not hold: other
#: signs, a quotation mark or a dash between two letters, a capital after a small letter, a small one among capitals.
SUSPECT = re.compile(
    "[^\\x00-\\x7fÀÁÂÄÅÃÆÇÈÉÊËÍÎÏÑÓÔÖØÙÚÛÜŸŒàáâäåãæçèéêëíîïñóôöòìùúûüÿœßŠšŽž’“”«»–—…€°·º²\u00a0]"
    "|[^\\W\\d_][‘“”–—…€°º²«»]+[^\\W\\d_]"
    "|[^\\W\\d_][‘“”–…€]+(?=[;,\\t\\r\\n]|$)"
    "|(?<![^\\s;,\\t])[…–—](?= ?[^\\W\\d_])"
    "|[a-zà-öø-ÿ][À-ÖØ-ÞŒŠŽŸ]"
    "|[A-ZÀ-ÖØ-Þ][à-öø-ÿœšž][A-ZÀ-ÖØ-Þ]"
    "|[À-ÖØ-ÞŠŽ](?=[bcdfgjklmnpqrstvwxz]?[ŠŽšž])"
    "|[ŠŽšž](?![aeiouáíyo])"
    "|(?<!\\w)[ËÏŸëïÿ](?=[a-z ])"
    "|(?<![^\\s;,\\t])[·€](?=[^\\W\\d_]| [A-Za-z])"
    "|[^\\W\\d_][–—](?=[;,\\t\\r\\n ]|$)"
)

#: A word of a text in eight bits, and what it is made of in French: capitals, small letters, or a capital and small ones.
WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
FRENCH = re.compile("[A-ZÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒ]{2,}|[A-ZÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒ]?[a-zàâäçéèêëîïôöùûüÿœ]{2,}")
#: « à » ends a word, « œ » precedes few letters.
NOT_FRENCH = re.compile("à(?=\\w)|œ(?![uidn])", re.IGNORECASE)


class UnreadableFile(Exception):
    """The whole file is refused. The message is shown to staff."""


def decoded(content: bytes) -> str:
    """Return the text of a CSV in UTF-8, UTF-16 or Windows-1252. Raise UnreadableFile where accents cannot be trusted."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if b"\0" in content:
        raise UnreadableFile("Ce fichier n’est ni un CSV ni un XLSX.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise UnreadableFile(ACCENTS) from error
    if SUSPECT.search(text):
        raise UnreadableFile(ACCENTS)
    refuse_two_readings(content)
    return text


def refuse_two_readings(content: bytes) -> None:
    """Refuse a file each accented word of which is French in another encoding too: « LEFÔVRE » or « LEFÈVRE »."""
    words = [word for word in WORD.findall(content) if not word.isascii()]
    for encoding in ("cp850", "mac_roman"):
        if words and all(may_be_french(word.decode(encoding)) for word in words):
            read, other = words[0].decode("cp1252"), words[0].decode(encoding)
            raise UnreadableFile(TWO_READINGS.format(read=read, other=other))


def may_be_french(word: str) -> bool:
    return bool(FRENCH.fullmatch(word)) and not NOT_FRENCH.search(word)
