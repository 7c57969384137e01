"""What may stand in a header of a message: one line, one address. Pure."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

MAX_ADDRESS = 254

#: Letters with accents are allowed before the @ (RFC 6531); quotes and spaces are not.
ATOM = r"[-!#$%&'*+/=?^_`{}|~\w]+"


class AddressValidator(EmailValidator):
    message = "Saisissez une adresse e-mail valide, par exemple prenom.nom@exemple.fr."
    user_regex = re.compile(rf"^{ATOM}(\.{ATOM})*\Z")


validate_address = AddressValidator(allowlist=[])


def clean_address(value: str) -> str:
    """The address as it is stored and compared: no spaces around, composed letters, lower case.

    Raises ValidationError (a French sentence) for what is not one address.
    """
    address = unicodedata.normalize("NFC", value.strip(" \t\u00a0\u202f")).lower()
    if len(address) > MAX_ADDRESS:
        raise ValidationError(f"Cette adresse dépasse {MAX_ADDRESS} caractères.")
    if any(is_unprintable(character) for character in address):
        raise ValidationError(AddressValidator.message)
    validate_address(address)
    return address


def clean_line(value: str) -> str:
    """One line of text for a header: line ends, controls and direction overrides become spaces."""
    line = "".join(" " if is_unprintable(character) else character for character in value)
    return re.sub(" {2,}", " ", line).strip()


def is_unprintable(character: str) -> bool:
    """Line ends of every kind (U+2028 too), control characters, and format characters that reverse the text."""
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or character in BIDI


BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
