from datetime import timedelta

import pytest

from directory.departures.retention import forget_join_requests
from directory.models import JoinRequest
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def make_request(name: str, **fields) -> None:
    defaults = {"email": f"{name}@example.org", "reason": "Venir", "charter_version": "1"}
    JoinRequest.objects.create(first_name=name, last_name="Exemple", **defaults | fields)


def test_requests_are_deleted_after_the_announced_periods():
    """members 29: refused ones after 90 days, unconfirmed ones after 7; pending and admitted ones stay."""
    week, quarter, second = timedelta(days=7), timedelta(days=90), timedelta(seconds=1)
    make_request("oubliee", sent_at=NOW - week - second)
    make_request("recente", sent_at=NOW - week)
    make_request("attend", state="confirmed", sent_at=NOW - quarter * 2)
    make_request("refusee", state="refused", decided_at=NOW - quarter - second)
    make_request("refusee-hier", state="refused", decided_at=NOW - quarter)
    make_request("admise", state="admitted", decided_at=NOW - quarter * 2)

    for _time in range(2):
        forget_join_requests(NOW)

    kept = set(JoinRequest.objects.values_list("first_name", flat=True))
    assert kept == {"recente", "attend", "refusee-hier", "admise"}
