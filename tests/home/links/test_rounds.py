"""A round over many sites, with a network and a clock of its own."""

import asyncio
from collections import defaultdict
from itertools import pairwise
from urllib.parse import urlsplit

from home.links.destinations import Refused
from home.links.exchange import Reply
from home.links.findings import FORBIDDEN_BY_ROBOTS, TOO_MANY
from home.links.rounds import Round
from tests.home.links.clock import run

HTML = "text/html; charset=utf-8"
ABSENT = Reply(404)


class Network:
    """Answers by address; other addresses of a site are good. Keeps when each was asked."""

    def __init__(
        self, replies: dict[str, Reply] | None = None, slow: set[str] | None = None
    ) -> None:
        self.replies = replies or {}
        self.slow = slow or set()
        self.asked: list[tuple[float, str, str]] = []

    async def ask(self, method: str, address: str) -> Reply:
        self.asked.append((asyncio.get_running_loop().time(), method, address))
        if address in self.slow:
            await asyncio.sleep(10)
            raise TimeoutError
        if "10.0.0.1" in address:
            raise Refused("Jamais.")
        default = ABSENT if address.endswith("/robots.txt") else Reply(200, content_type=HTML)
        return self.replies.get(f"{method} {address}") or self.replies.get(address) or default


def check(network: Network, *addresses: str, read: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    found, _ = run(Round(network.ask, "Le site (contact)", read).run(addresses))
    return [
        (found[one].state.value, found[one].new_address or found[one].reason) for one in addresses
    ]


def test_two_thousand_links_a_third_of_them_slow_are_asked_in_less_than_ten_minutes():
    """desk 19: and no site more than once in two seconds."""
    addresses = [f"https://site-{number % 400}.example/{number}" for number in range(2000)]
    network = Network(slow={one for number, one in enumerate(addresses) if number % 10 < 3})

    found, seconds = run(Round(network.ask, "Le site").run(addresses))

    assert len(found) == 2000
    assert [finding.state.value for finding in found.values()].count("by_hand") == 600
    assert seconds < 600
    moments = defaultdict(list)
    for moment, _method, address in network.asked:
        moments[urlsplit(address).netloc].append(moment)
    gaps = [later - sooner for all_of in moments.values() for sooner, later in pairwise(all_of)]
    assert min(gaps) >= 2
    assert len(network.asked) == 2000 + 400


def test_a_round_ends_in_time_and_leaves_the_rest_for_the_next_night():
    addresses = [f"https://un.example/{number}" for number in range(400)]

    found, seconds = run(Round(Network().ask, "Le site").run(addresses))

    assert seconds <= 600
    assert list(found) == addresses[: len(found)]
    assert 200 < len(found) < 400


def test_redirects_are_followed_and_a_permanent_one_is_a_new_address():
    a, b, c = (f"https://{name}.example/x" for name in "abc")
    network = Network({a: Reply(301, b), b: Reply(308, "/y"), c: Reply(302, b)})

    assert check(network, a, c) == [("moving", "https://b.example/y"), ("good", "")]
    assert check(Network({a: Reply(301, b), b: ABSENT}), a)[0][0] == "failing"
    assert check(Network({a: Reply(301, a)}), a) == [("failing", TOO_MANY)]
    assert check(Network({a: Reply(302, "http://10.0.0.1/")}), a) == [("by_hand", "Jamais.")]


def test_a_page_is_asked_for_where_the_question_is_refused_or_its_title_is_due():
    a, b, c = (f"https://{name}.example/x" for name in "abc")
    soft = Reply(200, "", HTML, b"<title>Page introuvable</title>")
    network = Network({f"HEAD {a}": Reply(405), f"GET {b}": soft, f"GET {c}": soft})

    assert check(network, a, b, c, read=(b,)) == [
        ("good", ""),
        ("failing", "La page répond, mais son titre dit qu’elle est introuvable."),
        ("good", ""),
    ]
    assert [method for _, method, address in network.asked if address == a] == ["HEAD", "GET"]


def test_robots_txt_is_respected():
    rules = b"User-agent: *\nDisallow: /prive/\nCrawl-delay: 5\n"
    network = Network({
        "https://a.example/robots.txt": Reply(200, "", "text/plain", rules),
        "https://b.example/robots.txt": Reply(503),
    })  # fmt: skip

    found = check(
        network, "https://a.example/prive/1", "https://a.example/2", "https://a.example/3", "https://b.example/"
    )  # fmt: skip

    forbidden = ("by_hand", FORBIDDEN_BY_ROBOTS)
    assert found == [forbidden, ("good", ""), ("good", ""), forbidden]
    asked = [(moment, address) for moment, _, address in network.asked if "a.example" in address]
    assert "https://a.example/prive/1" not in {address for _, address in asked}
    assert asked[2][0] - asked[1][0] >= 5
