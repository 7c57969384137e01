"""Headers of an https deployment, at every address that an anonymous visitor may read."""

import runpy
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from directory.models import User
from tests.builders import make_event, make_home, make_image, make_member
from tests.site_cms.observatory import score
from tests.site_cms.test_access_matrix import ROWS, each, make_world
from tests.site_cms.test_settings import PRODUCTION, variables_of_the_settings

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

SETTINGS = Path(__file__).resolve().parents[2] / "site_cms/settings.py"
HOST = "www.example.org"
NAMES = ("SECURE_", "SESSION_COOKIE_", "CSRF_COOKIE_", "X_FRAME_OPTIONS", "PERMISSIONS_POLICY")


@pytest.fixture(scope="module")
def world(made_once: Any) -> dict[str, Any]:
    return made_once(make_world)


@pytest.fixture
def deployed(settings: Any, monkeypatch: Any, tmp_path: Path) -> Client:
    """A visitor of a site with the security settings of a deployment behind a proxy."""
    for name in variables_of_the_settings():
        monkeypatch.setenv(name, "")
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    for name, value in runpy.run_path(str(SETTINGS)).items():
        if name.startswith(NAMES):
            setattr(settings, name, value)
    settings.ALLOWED_HOSTS = [HOST]
    return Client(headers={"Host": HOST})


@each([row for row in ROWS if row.statuses["anonymous"] == 200])
def test_the_observatory_gives_a_public_page_130_points(world, deployed, row):
    page = deployed.get(row.address.format(**world), secure=True)

    if "/media/" in row.address or row.address == "{rendition}":
        assert score(page.headers, page.cookies) >= 115  # pictures are shown on other sites
        return
    assert score(page.headers, page.cookies) >= 130


@each([row for row in ROWS if row.statuses["anonymous"] in {200, 302, 404, 410}])
def test_head_gets_the_status_and_the_headers_of_get(world, client, row, time_machine):
    """cache 19: without body, which tests/running/test_refusals.py sees on the wire."""
    time_machine.move_to(timezone.now(), tick=False)  # headers name the second
    address = row.address.format(**world)

    get, head = client.get(address), client.head(address)

    assert (head.status_code, head.headers) == (get.status_code, get.headers)


def test_the_observatory_takes_points_off_for_each_fault(deployed):
    make_home()
    best = deployed.get("/", secure=True)
    policy = best["Content-Security-Policy"]
    jar = SimpleCookie("sessionid=x")

    faults = {
        "no policy": ({"Content-Security-Policy": ""}, {}),
        "inline scripts": (
            {"Content-Security-Policy": policy.replace("script-src", "script-src 'unsafe-inline'")},
            {},
        ),
        "no hsts": ({"Strict-Transport-Security": ""}, {}),
        "no resource policy": ({"Cross-Origin-Resource-Policy": "x"}, {}),
        "an open session": ({}, jar),
    }
    scores = {
        name: score({**best.headers, **changed}, cookies)
        for name, (changed, cookies) in faults.items()
    }

    assert score(best.headers, best.cookies) == 130
    assert scores == {
        "no policy": 75,
        "inline scripts": 80,
        "no hsts": 80,
        "no resource policy": 115,
        "an open session": 60,
    }


def test_every_answer_says_what_it_may_do(deployed):
    """Refusals and errors too."""
    home = make_home()
    addresses = ("/", "/nowhere/", "/admin/", "/compte/connexion/", "/media/images/absent.jpg")

    answers = [deployed.get(address, secure=True) for address in addresses]
    answers += [
        deployed.get("/", secure=True, headers={"Host": "evil.example"}),
        deployed.post(home.url, secure=True, headers={"Sec-Fetch-Site": "cross-site"}),
    ]

    expected = {"Content-Security-Policy", "Permissions-Policy", "Cross-Origin-Resource-Policy"}
    assert [expected - set(answer.headers) for answer in answers] == [set()] * len(answers)
    assert {answer["Cross-Origin-Opener-Policy"] for answer in answers} == {"same-origin"}


def test_pictures_may_be_shown_by_readers_of_feeds(client):
    rendition = make_image().get_rendition("width-100")

    assert client.get(rendition.url)["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_pages_ask_for_nothing_but_the_clipboard_passkeys_and_films(client):
    policy = dict(part.split("=", 1) for part in client.get("/")["Permissions-Policy"].split(", "))

    used = {name: allowed for name, allowed in policy.items() if allowed != "()"}
    assert used.keys() == {
        "clipboard-write", "fullscreen", "picture-in-picture", "publickey-credentials-create",
        "publickey-credentials-get",
    }  # fmt: skip
    assert {"camera", "geolocation", "microphone", "payment"} <= policy.keys() - used.keys()


# The cookies of a deployment


def test_members_and_editors_have_cookies_of_this_host_only(deployed):
    make_event()
    member = make_member(email="awa@example.org", password="un mot de passe assez long")

    page = deployed.post(
        "/compte/connexion/",
        {"login": member.user.email, "password": "un mot de passe assez long"},
        secure=True,
        headers={"Origin": f"https://{HOST}"},
    )

    assert page.status_code == 302
    ours = [page.cookies[name] for name in ("__Host-sessionid", "__Host-csrftoken")]
    for cookie in ours:
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
        assert cookie["samesite"] == "Lax"
    assert page.cookies["__Host-sessionid"]["httponly"]


NOTICE = "de vous connecter de nouveau"


def test_the_log_in_page_says_once_that_the_former_session_has_ended(deployed):
    make_home()
    deployed.cookies["sessionid"] = "former"

    shown = deployed.get("/compte/connexion/", secure=True)

    assert NOTICE in shown.content.decode()
    assert shown.cookies["sessionid"]["max-age"] == 0


def test_the_log_in_page_says_nothing_to_others(deployed, client, settings):
    make_home()
    staff = User.objects.create_superuser("admin@example.org")
    deployed.force_login(staff)

    assert (
        NOTICE
        not in Client(headers={"Host": HOST})
        .get("/compte/connexion/", secure=True)
        .content.decode()
    )
    settings.SESSION_COOKIE_NAME = "sessionid"  # plain http
    client.cookies["sessionid"] = "ended"
    assert (
        NOTICE
        not in client.get(
            "/compte/connexion/", headers={"Host": HOST}, secure=True
        ).content.decode()
    )
