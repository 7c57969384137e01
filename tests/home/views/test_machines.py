"""The health check: what is missing, and what stops the site."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from home.models import heartbeat
from home.models.heartbeat import Heartbeat, HeartbeatQuerySet
from home.views import machines

pytestmark = pytest.mark.django_db


def health(client: Client, **headers: str) -> tuple[int, list[str]]:
    answer = client.get("/healthz", headers=headers)
    return answer.status_code, answer.content.decode().replace("\u00a0", " ").splitlines()


def test_a_site_that_lacks_nothing_is_ok(client: Client) -> None:
    for name in (heartbeat.CLOCK, heartbeat.WORKER, "pictures"):
        Heartbeat.objects.beat(name, timezone.now())

    assert client.get("/healthz").content == b"ok"


def test_a_silent_process_has_its_line(client: Client) -> None:
    now = timezone.now()
    Heartbeat.objects.beat(heartbeat.CLOCK, now - timedelta(minutes=6))
    Heartbeat.objects.beat(heartbeat.WORKER, now - timedelta(minutes=12, seconds=3))
    Heartbeat.objects.beat("pictures", now - timedelta(minutes=12))
    Heartbeat.objects.beat(heartbeat.ERASURES, now - timedelta(days=12))

    assert health(client) == (
        200,
        ["clock : sans signe depuis 6 min", "worker : sans signe depuis 12 min"],
    )


def test_an_absent_cache_has_its_line(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        type(cache._connections["default"]), "answers", lambda self: False, raising=False
    )

    assert health(client) == (200, ["cache : absente"])


def test_a_database_that_cannot_be_written_is_503(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Any, **values: Any) -> int:
        raise DatabaseError("read-only")

    monkeypatch.setattr(HeartbeatQuerySet, "update", refuse)

    assert health(client) == (503, ["base de données : injoignable, ou refuse d’écrire"])


def test_a_folder_that_cannot_be_written_is_503(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path / "gone"

    assert health(client) == (503, ["DATA_DIR : impossible d’y écrire"])


@pytest.mark.parametrize(
    ("proxies", "headers", "lines"),
    [
        (0, {"x-forwarded-proto": "https"}, ["proxy : TRUSTED_PROXY_COUNT vaut 0, les pages redirigent vers elles-mêmes"]),
        (1, {"x-forwarded-for": "192.0.2.1"}, ["proxy : X-Forwarded-Proto ne dit pas https, les pages redirigent vers elles-mêmes"]),
        (1, {"x-forwarded-for": "192.0.2.1", "x-forwarded-proto": "https"}, ["ok"]),
        (0, {}, ["ok"]),
    ],
)  # fmt: skip
def test_the_proxy_that_makes_pages_redirect_to_themselves_is_named(
    client: Client, settings: Any, proxies: int, headers: dict[str, str], lines: list[str]
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.TRUSTED_PROXY_COUNT = proxies
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if proxies else None

    assert health(client, **headers) == (200, lines)


def test_the_health_check_writes_no_row(client: Client) -> None:
    health(client)

    assert machines.database_trouble() == ""
    assert not Heartbeat.objects.exists()
