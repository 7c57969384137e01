"""Cells of a spreadsheet as people fill them, made plain before they are judged. Pure functions."""

import re
from datetime import date, time, timedelta
from typing import Any

from home.french.characters import one_line

#: First characters of a formula in a CSV.
FORMULA_STARTS = ("=", "@")
#: Errors that a spreadsheet program shows in place of a value.
ERRORS = re.compile(
    r"#(REF|N/A|N/D|VALEUR|VALUE|NAME|NOM|DIV/0|NUM|NOMBRE|NUL|NULL)[!?]?", re.IGNORECASE
)
#: What people write in a cell without a value.
NOTHING = {"-", "--", "–", "—", "/", ".", "n/a", "n.c.", "nc", "néant"}

#: Letters lost in an earlier file: the replacement character, « Chlo?tte », and codes that no letter has.
GAPS = re.compile(r"[\ufffd\x80-\x9f]|(?<=\w)\?(?=\w)")

FORMULA = "c’est une formule sans valeur enregistrée\u00a0: remplacez-la par sa valeur"
ERROR = "le tableur y montre une erreur ({text})\u00a0: corrigez-la"
DATE = "le tableur en a fait une date\u00a0: mettez la colonne au format Texte, puis écrivez de nouveau la valeur"
SHORTENED = "le tableur a raccourci ce numéro ({text})\u00a0: mettez la colonne au format Texte, puis écrivez-le en entier"
LETTERS_LOST = "des lettres sont perdues («\u00a0{text}\u00a0»)\u00a0: écrivez-les de nouveau"

_ANY_ADDRESS = re.compile(r"[^\s<>(),;:]+@[^\s<>(),;:]+")
_ADDRESS = re.compile(r"<\s*(?:mailto:)?([^<>\s]+@[^<>\s]+)\s*>")


class Lost(Exception):
    """The cell's value cannot be known. The message is shown to staff, after the name of the cell."""


def text_of(value: Any) -> str:
    """Return a cell as plain text on one line. Raise Lost if the spreadsheet program has spoiled it."""
    if isinstance(value, date | time | timedelta):
        raise Lost(DATE)
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # whole numbers, such as postcodes, have no decimal point
    raw = "" if value is None else str(value)
    text = plain(raw)
    if ERRORS.fullmatch(text):
        raise Lost(ERROR.format(text=text))
    if is_damaged(raw):
        raise Lost(LETTERS_LOST.format(text=text))
    return "" if text.lower() in NOTHING else text


def is_damaged(text: str) -> bool:
    """Return whether letters are missing, or were read in a wrong encoding: « ChloÃ© » for « Chloé »."""
    if GAPS.search(text) and "://" not in text:
        return True
    if text.isascii():
        return False
    try:
        text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return False
    return True


def plain(text: str) -> str:
    """Return the text on one line, without invisible characters nor the escapes that XLSX writes for line ends."""
    return one_line(text.replace("_x000D_", " "))


def text_of_csv(text: str) -> str:
    """Return a cell of a CSV as text. Raise Lost for a formula, which has no value there."""
    quoted = re.fullmatch(r'\s*="(.*)"\s*', text, re.DOTALL)
    if quoted:  # how spreadsheet programs are told to keep a zero
        text = quoted[1]
    elif text.strip().startswith(FORMULA_STARTS):
        raise Lost(FORMULA)
    return text_of(re.sub(r"^'(?=[\d+=@-])", "", text))  # the apostrophe marks a text


def email_of(text: str) -> str:
    """Return the address of « Odile Exemple <odile@exemple.fr> » or `mailto:odile@exemple.fr`.

    Of several addresses none is chosen: the text is returned, which is none.
    """
    if len({one.lower() for one in _ANY_ADDRESS.findall(text)}) > 1:
        return text
    found = _ADDRESS.search(text)
    address = found[1] if found else text
    return re.sub(r"^mailto:\s*", "", address, flags=re.IGNORECASE).split("?")[0].strip(" ;,.")


def phone_of(text: str) -> str:
    """Return a telephone number with the zero or + that a spreadsheet program drops from a number. Raise Lost."""
    if re.fullmatch(r"\d+[.,]?\d*E\+?\d+", text, re.IGNORECASE):
        raise Lost(SHORTENED.format(text=text))
    digits = re.sub(r"[\s.]", "", re.sub(r"(?<=\d{9})[.,]0+$", "", text))
    if re.fullmatch(r"[1-9]\d{8}", digits):
        return f"0{digits}"
    return f"+{digits}" if re.fullmatch(r"33[1-9]\d{8}", digits) else text


def name_of(text: str) -> str:
    """Return the name of a person, in which a question mark stands for a lost letter. Raise Lost."""
    if "?" in text:
        raise Lost(LETTERS_LOST.format(text=text))
    return text


#: How the cells of some fields are read, besides `text_of`.
READERS = {"first_name": name_of, "last_name": name_of, "email": email_of, "phone": phone_of}


def codes_and_names(text: str) -> list[str]:
    """Return what « Somme (80) », « 80 - Somme », « 2 » or « Somme » may mean, the most precise first.

    Of two numbers, as in « 59 et 62 », neither is chosen.
    """
    digits = re.findall(r"(?<!\w)(\d{1,9}|2[ABab])(?!\w)", re.sub(r"[.,]0+(?!\d)", "", text))
    code = digits[0].upper() if len(set(digits)) == 1 else ""
    name = plain(
        re.sub(r"[()\[\]/:;,]|\s[-–—]\s|^[-–—]|[-–—]$", " ", text.replace(code or "\0", " ", 1))
    )
    codes = [code, code.zfill(2), code.zfill(3), code.zfill(5)] if code else []
    return list(dict.fromkeys(one for one in (text, *codes, plain(name.strip(" -–—"))) if one))
