"""Prints the cookie of a session of somebody as JSON: `python -m tests.bench.session membre@example.org`."""

import json
import sys

import django

from tests.bench.client import visitor


def main(email: str) -> None:
    django.setup()
    cookies = visitor(email).cookies
    json.dump("; ".join(f"{name}={cookie.value}" for name, cookie in cookies.items()), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
