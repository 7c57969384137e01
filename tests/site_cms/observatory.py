"""Score of Mozilla's HTTP Observatory, from the headers of an https answer: its published tables of 2025.

What it asks of the network is taken as good, without a bonus: the redirection to https is tested elsewhere, no list
of browsers is asked, and scripts come from the site itself, without integrity.
"""

import re
from collections.abc import Mapping
from http.cookies import SimpleCookie

BROAD = {"*", "ftp:", "http:", "https:", "http://*", "https://*", "http://*.*", "https://*.*"}
INLINE = {"'unsafe-inline'", "data:"}
SIX_MONTHS = 15_768_000
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
#: A score below gets no bonus.
ENOUGH_FOR_BONUSES = 90


def score(headers: Mapping[str, str], cookies: SimpleCookie) -> int:
    """Return 100 with the penalties and, from 90 up, the bonuses."""
    policy = directives(headers.get("Content-Security-Policy", ""))
    modifiers = [
        of_policy(policy),
        of_frames(headers, policy),
        of_cookies(cookies),
        of_hsts(headers.get("Strict-Transport-Security", "")),
        of_referrers(headers.get("Referrer-Policy", "")),
        of_resources(headers.get("Cross-Origin-Resource-Policy")),
        0 if headers.get("X-Content-Type-Options") == "nosniff" else -5,
        -50 if "Access-Control-Allow-Credentials" in headers else 0,
    ]
    kept = 100 + sum(one for one in modifiers if one < 0)
    bonuses = sum(one for one in modifiers if one > 0)
    return max(0, kept + bonuses if kept >= ENOUGH_FOR_BONUSES else kept)


def directives(policy: str) -> dict[str, set[str]]:
    return {words[0]: set(words[1:]) for part in policy.split(";") if (words := part.split())}


def of_policy(policy: dict[str, set[str]]) -> int:
    if not policy:
        return -25
    scripts, styles, objects = (
        policy.get(name, policy.get("default-src", {"*"}))
        for name in ("script-src", "style-src", "object-src")
    )
    passive = policy.get("img-src", set()) | policy.get("media-src", set())
    active = {one for name in policy.keys() - {"img-src", "media-src"} for one in policy[name]}
    faults = {
        -20: bool(scripts & (BROAD | INLINE) or objects & BROAD or insecure(active)),
        -10: "'unsafe-eval'" in scripts | styles or insecure(passive),
    }
    for penalty, is_found in faults.items():
        if is_found:
            return penalty
    if styles & (BROAD | INLINE):
        return 0
    return 10 if policy.get("default-src") == {"'none'"} else 5


def insecure(sources: set[str]) -> bool:
    return any(source.startswith(("http:", "ftp:")) for source in sources)


def of_frames(headers: Mapping[str, str], policy: dict[str, set[str]]) -> int:
    if not policy.get("frame-ancestors", {"*"}) & BROAD:
        return 5
    return 0 if headers.get("X-Frame-Options", "").upper() in {"DENY", "SAMEORIGIN"} else -20


def of_cookies(cookies: SimpleCookie) -> int:
    for cookie in cookies.values():
        if not cookie["secure"]:
            return -40
        if "session" in cookie.key and not cookie["httponly"]:
            return -30
        if cookie["samesite"] not in {"Strict", "Lax"}:
            return -20
    return 5 if cookies else 0


def of_hsts(header: str) -> int:
    age = re.match(r"max-age=(\d+)(?:;|$)", header)
    if age is None:
        return -20
    return 0 if int(age[1]) >= SIX_MONTHS else -10


def of_referrers(header: str) -> int:
    if not header:
        return 0
    return 5 if header in PRIVATE else -5


def of_resources(header: str | None) -> int:
    return {None: 0, "cross-origin": 0, "same-origin": 10, "same-site": 10}.get(header, -5)
