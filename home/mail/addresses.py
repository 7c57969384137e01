"""Validation of e-mail addresses and header lines. Pure functions."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

MAX_ADDRESS = 254

#: Local part: accented letters are allowed (RFC 6531), quoted strings are not.
ATOM = r"[-!#$%&'*+/=?^_`{}|~\w]+"


class AddressValidator(EmailValidator):
    message = "Saisissez une adresse e-mail valide, par exemple prenom.nom@exemple.fr."
    user_regex = re.compile(rf"^{ATOM}(\.{ATOM})*\Z")


validate_address = AddressValidator(allowlist=[])


def clean_address(value: str) -> str:
    """Return the address as stored and compared: stripped, NFC, lower case.

    Raise ValidationError, with a message in French, if it is not a single valid address.
    """
    address = unicodedata.normalize("NFC", value.strip(" \t\u00a0\u202f")).lower()
    if len(address) > MAX_ADDRESS:
        raise ValidationError(f"Cette adresse dépasse {MAX_ADDRESS} caractères.")
    if any(is_unprintable(character) for character in address):
        raise ValidationError(AddressValidator.message)
    validate_address(address)
    return address


def clean_line(value: str) -> str:
    """Return a header value: line breaks, control characters and direction overrides become spaces."""
    line = "".join(" " if is_unprintable(character) else character for character in value)
    return re.sub(" {2,}", " ", line).strip()


def is_unprintable(character: str) -> bool:
    """Return whether it is a line break (U+2028 too), a control character or a direction override."""
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or character in BIDI


BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
