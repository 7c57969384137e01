"""The meaning of an answer of another site, in French, and that of several nights together."""

import re
import ssl
from dataclasses import dataclass
from datetime import date
from html import unescape
from urllib.parse import urlsplit

from home.links.destinations import NoSuchName, Refused
from home.links.exchange import Reply
from home.models.links import LONGEST_ADDRESS, AddressState, ExternalAddress

#: Days on which the same must be found before it is told.
NEEDED_DAYS = 3
PERMANENT, REDIRECTS = {301, 308}, {301, 302, 303, 307, 308}
GONE = {404, 410}
TITLE = re.compile(rb"<title\b[^>]*>(.*?)</title", re.DOTALL | re.IGNORECASE)
CHARSET = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)
SAYS_ABSENT = re.compile(r"\b404\b|introuvable|not found|page non trouvée", re.IGNORECASE)

#: Reasons by the number that OpenSSL gives (X509_V_ERR_…).
CERTIFICATES = {
    9: "Le certificat de sécurité du site n’est pas encore valable.",
    10: "Le certificat de sécurité du site a expiré.",
    18: "Le certificat de sécurité du site n’est signé que par lui-même.",
    19: "Le certificat de sécurité du site n’est signé que par lui-même.",
    20: "Le certificat de sécurité du site est incomplet ou d’une autorité inconnue.",
    62: "Le certificat de sécurité est celui d’un autre site.",
}
TOO_SLOW = "Le site n’a pas répondu en dix secondes."
NO_NAME = "Le nom de ce site n’existe plus."
NO_ANSWER = "Le site ne répond pas."
TOO_MANY = "Le site renvoie d’adresse en adresse, sans fin."
FORBIDDEN_BY_ROBOTS = "Le site demande aux robots de ne pas visiter cette adresse."
TO_HOME = "Le site renvoie à sa page d’accueil\u00a0: cette page n’existe peut-être plus."


@dataclass(frozen=True)
class Finding:
    """The result of one night for an address: GOOD, FAILING, MOVING or BY_HAND."""

    state: AddressState
    reason: str = ""
    new_address: str = ""
    #: Whether the title of the page was read.
    was_read: bool = False


def by_hand(reason: str) -> Finding:
    return Finding(AddressState.BY_HAND, reason)


def failing(reason: str) -> Finding:
    return Finding(AddressState.FAILING, reason)


def finding_of_error(error: Exception) -> Finding:
    """Return what a failed request means. Its own sentence is that of `Refused`."""
    if isinstance(error, Refused):
        return by_hand(str(error))
    if isinstance(error, TimeoutError):
        return by_hand(TOO_SLOW)
    if isinstance(error, NoSuchName):
        return failing(NO_NAME)
    if isinstance(error, ssl.SSLCertVerificationError):
        return failing(
            CERTIFICATES.get(error.verify_code, "Le certificat de sécurité du site est refusé.")
        )
    if isinstance(error, ssl.SSLError):
        return failing("La connexion sécurisée au site échoue.")
    return failing(NO_ANSWER)


def finding_of_status(status: int) -> Finding | None:
    """Return what an error status means, None for an answer that is good."""
    if status < 400:
        return None
    if status in GONE:
        return failing(f"Le site ne connaît plus cette page ({status}).")
    if status >= 500:
        return failing(f"Le site est en panne ({status}).")
    if status == 429:
        return by_hand("Le site demande de revenir plus tard (429).")
    return by_hand(f"Le site refuse de répondre à un robot ({status}).")


def says_absent(reply: Reply) -> bool:
    """Return whether a page that answers says in its title that it does not exist."""
    found = TITLE.search(reply.body)
    if not found:
        return False
    named = CHARSET.search(reply.content_type)
    try:
        title = found[1].decode(named[1] if named else "utf-8", "replace")
    except LookupError:
        title = found[1].decode("utf-8", "replace")
    return bool(SAYS_ABSENT.search(unescape(title)))


def is_html(reply: Reply) -> bool:
    return "html" in reply.content_type.lower()


def finding_of_move(before: str, after: str) -> Finding:
    """Return what a permanent redirect to a good page means."""
    old, new = urlsplit(before), urlsplit(after)
    if old.path.strip("/") and not new.path.strip("/"):
        return by_hand(TO_HOME)
    if len(after.encode()) > LONGEST_ADDRESS:
        return Finding(AddressState.GOOD)
    return Finding(AddressState.MOVING, "Le site a changé l’adresse de cette page.", after)


def note(address: ExternalAddress, finding: Finding, *, on: date) -> None:
    """Add a night's finding to a row, unsaved: three days of failures are a broken link, three of one redirect a proposal."""
    told = {
        AddressState.FAILING: AddressState.BROKEN,
        AddressState.MOVING: AddressState.MOVED,
    }.get(finding.state)
    goes_on = address.state in {finding.state, told} and address.new_address == finding.new_address
    if not goes_on:
        address.days, address.first_day, address.last_day = 0, on, None
    if address.last_day != on:
        address.days += 1
    address.last_day = on
    is_told = told is not None and address.days >= NEEDED_DAYS
    address.state = told if is_told and told else finding.state
    address.reason, address.new_address = finding.reason, finding.new_address
    if finding.was_read:
        address.read_on = on
