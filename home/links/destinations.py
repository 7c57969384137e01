"""Which addresses the site may ask: those of the public internet, by their usual ports, and by the very IP address that was checked.

A link is typed by an editor or sent by another site's redirect: neither may make this machine talk to its own network.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import quote, urlsplit

#: By scheme.
PORTS = {"http": 80, "https": 443}
#: IPv6 addresses that hold an IPv4 one, besides those that Python names (RFC 6052, RFC 8215).
TRANSLATED = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))


class Refused(Exception):
    """The address is never asked. The argument says why, in French."""


class NoSuchName(Exception):
    """The name of the site does not exist."""


class Destination(NamedTuple):
    """A checked address: what is connected to, and what is asked there."""

    scheme: str
    host: str
    ip: str
    port: int
    #: Path and query, ASCII.
    target: str


def destination_of(address: str) -> Destination:
    """Return where to connect for an address. Raise Refused or NoSuchName. Asks the name server."""
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except (ValueError, UnicodeError):
        raise Refused("Cette adresse est mal écrite.") from None
    if parts.scheme not in PORTS or not host or (parts.username or parts.password):
        raise Refused("Cette adresse n’est pas celle d’une page web.")
    port = port or PORTS[parts.scheme]
    if port not in PORTS.values():
        raise Refused("Cette adresse demande un port inhabituel\u00a0: elle n’est jamais visitée.")
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (
        f"?{quote(parts.query, safe='%/?:@!$&()*+,;=~-._[]')}" if parts.query else ""
    )
    return Destination(parts.scheme, host, public_ip(host, port), port, target)


def public_ip(host: str, port: int) -> str:
    """Return an IP address of a name, all of which must be public: a name with a private one may be a trap."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            raise TimeoutError from error
        raise NoSuchName from error
    except (OSError, UnicodeError) as error:
        raise NoSuchName from error
    ips = [str(row[4][0]) for row in found]
    if not ips or not all(is_public(ip) for ip in ips):
        raise Refused(
            "Cette adresse n’est pas sur l’internet public\u00a0: elle n’est jamais visitée."
        )
    return ips[0]


def is_public(text: str) -> bool:
    """Return whether an IP address is one of the public internet, whatever other address it may hold."""
    try:
        ip = ip_address(text)
    except ValueError:
        return False  # with a scope: fe80::1%eth0
    return all(one.is_global and not one.is_multicast for one in (ip, *held_in(ip)))


def held_in(ip: IPv4Address | IPv6Address) -> list[IPv4Address]:
    if isinstance(ip, IPv4Address):
        return []
    held = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    if any(ip in network for network in TRANSLATED):
        held.append(IPv4Address(int(ip) & 0xFFFFFFFF))
    return [one for one in held if one is not None]
