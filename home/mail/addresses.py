"""The one rule for e-mail addresses, and header lines. Pure functions."""

import re
import unicodedata

import idna
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from home.french.characters import without_invisible

MAX_ADDRESS, MAX_LOCAL_PART = 254, 64

#: Local part: quoted strings are not allowed.
ATOM = r"[-!#$%&'*+/=?^_`{}|~\w]+"
ACCENTED = (
    "Avant l’arobase, une adresse e-mail n’a ni accent ni lettre d’un autre alphabet\u00a0: vérifiez-la, par exemple "
    "prenom.nom@exemple.fr."
)


class AddressValidator(EmailValidator):
    message = "Saisissez une adresse e-mail valide, par exemple prenom.nom@exemple.fr."
    user_regex = re.compile(rf"^(?=.{{1,{MAX_LOCAL_PART}}}\Z){ATOM}(\.{ATOM})*\Z", re.ASCII)
    literal_regex = re.compile(r"(?!)")  # no mail server takes a@[192.0.2.1] from strangers


validate_domain = AddressValidator(allowlist=[])


def clean_address(value: str) -> str:
    """Return the address as stored and compared, see `normal_address`.

    Raise ValidationError, with a message in French, if it is not a single valid address.
    """
    address = normal_address(value)
    local, _at, domain = address.rpartition("@")
    if len(address) > MAX_ADDRESS:
        raise ValidationError(f"Cette adresse dépasse {MAX_ADDRESS} caractères.")
    accented = any(letter.isalpha() and not letter.isascii() for letter in local)
    if (
        domain and accented and not re.search(r"[<>,;\s]", local)
    ):  # not « Élise <elise@exemple.fr> »
        raise ValidationError(ACCENTED)
    validate_domain(address)
    if not deliverable(address).isascii():
        raise ValidationError(AddressValidator.message)
    return address


def normal_address(value: str) -> str:
    """Return an address, valid or not, in the form used to compare: lower case, nothing invisible, a readable domain."""
    address = without_invisible(unicodedata.normalize("NFKC", value)).strip().lower()
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{readable_domain(domain)}"


def readable_domain(domain: str) -> str:
    """Return `école.fr` for its two writings, the other one being `xn--cole-9oa.fr`."""
    if domain.isascii() and "xn--" not in domain:
        return domain
    try:
        return idna.decode(domain, uts46=True)
    except idna.IDNAError:
        return domain


def deliverable(address: str) -> str:
    """Return the address that mail servers read: its domain in ASCII, unless it is not one."""
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}{at}{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        return address


def clean_line(value: str) -> str:
    """Return a header value: line breaks, control characters and direction overrides become spaces."""
    line = "".join(" " if breaks_lines(character) else character for character in value)
    return re.sub(" {2,}", " ", line).strip()


def breaks_lines(character: str) -> bool:
    """Return whether it is a line break (U+2028 too), a control character or a direction override."""
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or character in BIDI


BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
