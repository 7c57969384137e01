"""Addresses that the site never asks (desk 7, 18): all that are not a public page of the internet."""

import socket
from typing import Any

import pytest

from home.links.destinations import (
    Destination,
    NoSuchName,
    Refused,
    destination_of,
    is_public,
)


@pytest.fixture
def names(monkeypatch: Any) -> dict[str, list[str]]:
    """The name server: IP addresses by name. An IP address names itself."""
    known = {"example.org": ["93.184.216.34"], "xn--caf-dma.fr": ["93.184.216.34"]}

    def getaddrinfo(host: str, port: int, **kwargs: Any) -> list[Any]:
        found = known.get(host) or ([host] if host[:1].isdigit() or ":" in host else [])
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return known


def test_a_public_address_is_connected_to_by_the_ip_address_that_was_checked(names):
    assert destination_of("https://example.org/a b?q=é#c") == Destination(
        "https", "example.org", "93.184.216.34", 443, "/a%20b?q=%C3%A9"
    )
    assert destination_of("http://café.fr").host == "xn--caf-dma.fr"


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/", "http://localhost:5432", "http://127.0.0.1/", "http://10.0.0.1/", "http://[::1]/",
        "http://192.168.1.1/", "http://172.16.0.1/", "http://100.64.0.1/", "http://0.0.0.0/", "http://[fd00::1]/",
        "http://[::ffff:10.0.0.1]/", "http://[64:ff9b::a00:1]/", "http://[2002:a00:1::]/", "http://224.0.0.1/",
        "http://example.org:8080/", "http://example.org:22/", "ftp://example.org/", "http://a:b@example.org/",
        "file:///etc/passwd", "http:///a", "http://example.org:x/", "http://" + "a" * 70 + ".fr/",
    ],
)  # fmt: skip
def test_what_is_not_public_is_refused(names, address):
    names["localhost"] = ["127.0.0.1"]

    with pytest.raises(Refused):
        destination_of(address)


def test_a_name_with_one_private_address_is_refused_and_an_unknown_name_is_told(names):
    names["piege.example"] = ["93.184.216.34", "10.0.0.1"]

    with pytest.raises(Refused):
        destination_of("https://piege.example/")
    with pytest.raises(NoSuchName):
        destination_of("https://absent.example/")
    assert not is_public("fe80::1%eth0")
    assert is_public("2606:4700::1111")


def test_a_name_server_that_does_not_answer_says_nothing_about_the_site(monkeypatch):
    def getaddrinfo(*args: Any, **kwargs: Any) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "later")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    with pytest.raises(TimeoutError):
        destination_of("https://example.org/")
