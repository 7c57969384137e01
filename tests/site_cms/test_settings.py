"""The settings module as a whole, reloaded by each test: modes, refusals, security headers."""

import ast
import json
import logging
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.mail import EmailMessage
from environs import EnvError

from home.files import PrivateFileSystemStorage
from home.mail.backends import EmlFileBackend

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SECRET_KEY": "qV7Zc1yR4nT9sW2xK8mB5pD0fG3hJ6lA-uE_iOoXvNqYtPzMbC",
    "ALLOWED_HOSTS": "www.example.org",
    "BASE_URL": "https://www.example.org",
    "DELIVERY_URL": "smtp://localhost",
    "DEFAULT_FROM_EMAIL": "Réseau <reseau@example.org>",
    "CACHE_URL": "redis://localhost/0",
}
DEMO = {"DEMO": "1"}


def variables_of_the_settings() -> set[str]:
    """Return the names read by `env.…("NAME")` anywhere in site_cms."""
    calls = (
        node
        for path in (ROOT / "site_cms").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    )
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func.value, ast.Name)
        and call.func.value.id == "env"
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


def python(code, tmp_path, variables, *arguments):
    """Run Python code in a subprocess with only these variables of the site."""
    bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={**bare, "DATA_DIR": str(tmp_path / "var"), "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def settings_with(monkeypatch, tmp_path):
    """A function that returns the settings for only these variables of the site."""

    def read(variables):
        for name in variables_of_the_settings():
            monkeypatch.setenv(name, "")
        for name, value in {"DATA_DIR": str(tmp_path), **variables}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "site_cms/settings.py"))

    return read


def refused(settings_with, variables) -> str:
    with pytest.raises((ImproperlyConfigured, EnvError)) as refusal:
        settings_with(variables)
    return str(refusal.value)


def test_the_example_has_one_line_per_variable():
    named = re.findall(
        r"^# ([A-Z][A-Z0-9_]*)=\S* +# \S.*$", (ROOT / ".env.example").read_text(), re.MULTILINE
    )

    assert len(named) == len(set(named))
    assert set(named) == variables_of_the_settings()


def test_the_server_listens_and_runs_as_many_processes_as_the_environment_says(tmp_path):
    code = (
        "import json; from site_cms.web import server; web = server();"
        "print(json.dumps([web.workers, web.bind_addr, web.bind_port]))"
    )

    def server(variables):
        done = python(code, tmp_path, variables)
        return json.loads(done.stdout) if done.returncode == 0 else done.stderr

    assert server({}) == [2, "127.0.0.1", 8000]
    assert server({"PORT": "8011", "WEB_CONCURRENCY": "5"}) == [5, "0.0.0.0", 8011]  # noqa: S104
    assert "WEB_CONCURRENCY" in server({"WEB_CONCURRENCY": "0"})
    assert "PORT" in server({"PORT": "no"})


#: What a value of each variable changes: the setting, and its value then.
EFFECTS = {
    "DEBUG": ({"DEBUG": "1"}, "DEBUG", True),
    "DEMO": ({"DEMO": "1"}, "DEMO", True),
    "SECRET_KEY": ({"SECRET_KEY": "x" * 60}, "SECRET_KEY", "x" * 60),
    "ALLOWED_HOSTS": ({"ALLOWED_HOSTS": "a.org,b.org"}, "ALLOWED_HOSTS", ["a.org", "b.org"]),
    "BASE_URL": ({"BASE_URL": "http://a.org"}, "WAGTAILADMIN_BASE_URL", "http://a.org"),
    "DEFAULT_FROM_EMAIL": ({"DEFAULT_FROM_EMAIL": "a@b.org"}, "DEFAULT_FROM_EMAIL", "a@b.org"),
    "TRUSTED_PROXY_COUNT": ({"TRUSTED_PROXY_COUNT": "2"}, "ALLAUTH_TRUSTED_PROXY_COUNT", 2),
    "FRONT_ANSWERS": ({"FRONT_ANSWERS": "1"}, "FRONT_ANSWERS", True),
    "HSTS": ({"HSTS": "preload"}, "SECURE_HSTS_PRELOAD", True),
}


@pytest.mark.parametrize("name", EFFECTS)
def test_a_variable_changes_its_setting(settings_with, name):
    variables, setting, value = EFFECTS[name]

    assert settings_with(DEMO)[setting] != value or name == "DEMO"
    assert settings_with({**DEMO, **variables})[setting] == value


def test_urls_and_folders_of_the_environment_reach_their_settings(settings_with, tmp_path):
    there = settings_with(
        {
            **DEMO,
            "DATA_DIR": str(tmp_path / "there"),
            "DATABASE_URL": "postgres://u@h/n",
            "CACHE_URL": "redis://h/3",
            "DELIVERY_URL": "smtp://h",
            "LOG_LEVEL": "ERROR",
        }
    )

    assert there["STATIC_ROOT"] == there["DATA_DIR"] / "static" == tmp_path / "there" / "static"
    assert there["DATABASES"]["default"]["NAME"] == "n"
    assert there["CACHES"]["default"]["LOCATION"] == "redis://h/3"
    assert there["DELIVERY"]["options"]["host"] == "h"
    assert there["LOGGING"]["root"]["level"] == logging.ERROR


def test_the_data_folder_is_for_its_owner_only(settings_with, tmp_path):
    settings_with({**DEMO, "DATA_DIR": str(tmp_path / "new")})

    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("mode", "after"), [(0o755, 0o700), (0o701, 0o700), (0o700, 0o700), (0o710, 0o710)]
)
def test_a_data_folder_open_to_every_account_is_closed(settings_with, tmp_path, mode, after):
    """A front server of another account keeps the right to pass that its owner gave: a group, or an ACL."""
    folder = tmp_path / "old"
    folder.mkdir()
    folder.chmod(mode)

    settings_with({**DEMO, "DATA_DIR": str(folder)})

    assert folder.stat().st_mode & 0o777 == after


def test_originals_documents_and_messages_are_for_their_owner_only(settings_with, tmp_path):
    """Wherever their folders are."""
    options = settings_with(DEMO)["STORAGES"]["private"]["OPTIONS"]
    storage = PrivateFileSystemStorage(**options | {"location": str(tmp_path / "private")})
    name = storage.save("documents/secret.pdf", ContentFile(b"%PDF"))
    EmlFileBackend(str(tmp_path / "mail")).send_messages([EmailMessage("Sujet", "Texte")])

    modes = {
        path: path.stat().st_mode & 0o777
        for path in (
            tmp_path / "private",
            tmp_path / "private/documents",
            Path(storage.path(name)),
            tmp_path / "mail",
        )
    }

    assert list(modes.values()) == [0o700, 0o700, 0o600, 0o700]


def test_the_example_has_only_comments():
    lines = (ROOT / ".env.example").read_text().splitlines()

    assert [line for line in lines if line and not line.startswith("#")] == []


@pytest.mark.parametrize(
    "variables", [DEMO, {"DEBUG": "1"}, PRODUCTION], ids=["demo", "debug", "production"]
)
def test_all_three_modes_start(settings_with, variables):
    assert settings_with(variables)["BASE_URL"] == variables.get(
        "BASE_URL", "http://localhost:8000"
    )


def test_empty_values_count_as_unset(settings_with):
    empty = dict.fromkeys(variables_of_the_settings() - {"DEMO", "DATA_DIR"}, "")

    assert settings_with({**empty, **DEMO})["DATABASES"] == settings_with(DEMO)["DATABASES"]


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL", "DELIVERY_URL", "DEFAULT_FROM_EMAIL"]
)
def test_production_refuses_missing_values_by_name(settings_with, name):
    variables = {**PRODUCTION, name: ""}

    assert f"{name} is missing" in refused(settings_with, variables)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 60),
        ("SECRET_KEY", "django-insecure-" + PRODUCTION["SECRET_KEY"]),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "other.example.org"),
        ("BASE_URL", "http://www.example.org"),
        ("CACHE_URL", "locmem://"),
    ],
)
def test_production_refuses_unsafe_values_by_name(settings_with, name, value):
    """members 48."""
    assert f"{name} must" in refused(settings_with, {**PRODUCTION, name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOWED_HOSTS", "https://www.example.org"),
        ("BASE_URL", "www.example.org"),
        ("BASE_URL", "ftp://www.example.org"),
        ("BASE_URL", "http://localhost:port"),
        ("BASE_URL", "http://localhost/site"),
        ("BASE_URL", "http://localhost/?a=b"),
        ("CACHE_URL", "memcached://localhost"),
        ("DATABASE_URL", "mysql://localhost/site"),
        ("DEBUG", "perhaps"),
        ("DEFAULT_FROM_EMAIL", "reseau"),
        ("DELIVERY_URL", "pigeon://localhost"),
        ("LOG_LEVEL", "foo"),
        ("S3_BUCKET", "alone"),
        ("SENTRY_DSN", "https://sentry.example.org"),
        ("TRUSTED_PROXY_COUNT", "-1"),
        ("TRUSTED_PROXY_COUNT", "one"),
    ],
)
def test_a_bad_value_is_refused_by_name_in_the_demonstration_too(settings_with, name, value):
    assert name in refused(settings_with, {**DEMO, name: value})


def test_a_demonstration_behind_https_is_refused(settings_with):
    assert "DEMO=1 is refused" in refused(
        settings_with, {**DEMO, "BASE_URL": "https://www.example.org"}
    )


def test_a_deployment_passes_djangos_own_checks(tmp_path):
    code = (
        "from django.core.management import execute_from_command_line as run;"
        "run(['manage.py', 'check', '--deploy', '--fail-level', 'WARNING'])"
    )
    variables = {**PRODUCTION, "DJANGO_SETTINGS_MODULE": "site_cms.settings"}
    variables["TRUSTED_PROXY_COUNT"] = "1"

    done = python(code, tmp_path, variables)

    assert (done.returncode, done.stdout) == (
        0,
        "System check identified no issues (3 silenced).\n",
    ), done.stderr


ASK = """
import json, sys, django
django.setup()
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
answers = []
for path, headers in json.loads(sys.argv[1]):
    answer = Client(headers=headers).get(path)
    answers.append([answer.status_code, {name.lower(): value for name, value in answer.items()}])
print(json.dumps(answers))
"""
WWW = {"host": "www.example.org"}
BY_HTTPS = {**WWW, "x-forwarded-proto": "https"}


@pytest.fixture(scope="module")
def ask_production(tmp_path_factory):
    """A function that returns a deployment's (status, headers) for (path, headers), behind one proxy."""
    folder = tmp_path_factory.mktemp("production")
    questions = [
        ("/admin/", BY_HTTPS),
        ("/admin/", WWW),
        ("/admin/", {**BY_HTTPS, "host": "evil.example"}),
        ("/healthz", WWW),
    ]
    variables = {
        **PRODUCTION,
        "TRUSTED_PROXY_COUNT": "1",
        "CACHE_URL": f"file://{folder}/cache",
        "LOG_LEVEL": "CRITICAL",
        "DJANGO_SETTINGS_MODULE": "site_cms.settings",
    }
    done = python(ASK, folder, variables, json.dumps(questions))
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    return lambda path, headers: answers[questions.index((path, headers))]


def test_a_deployment_sends_hsts_for_one_year(ask_production):
    _, headers = ask_production("/admin/", BY_HTTPS)

    assert headers["strict-transport-security"] == "max-age=31536000"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("off", (0, False, False)),
        ("", (31_536_000, False, False)),
        ("host", (31_536_000, False, False)),
        ("subdomains", (31_536_000, True, False)),
        ("preload", (31_536_000, True, True)),
    ],
)
def test_hsts_binds_what_its_variable_says(settings_with, value, expected):
    names = ("SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD")

    there = settings_with({**PRODUCTION, "HSTS": value})

    assert tuple(there[name] for name in names) == expected
    assert settings_with({**DEMO, "HSTS": value})["SECURE_HSTS_SECONDS"] == 0
    assert refused(settings_with, {**PRODUCTION, "HSTS": "yes"}).startswith(
        'Environment variable "HSTS"'
    )


def test_a_request_without_tls_is_redirected_to_https(ask_production):
    status, headers = ask_production("/admin/", WWW)

    assert (status, headers["location"]) == (301, "https://www.example.org/admin/")


def test_the_health_check_works_without_tls(ask_production):
    assert ask_production("/healthz", WWW)[0] == 200


def test_an_unknown_host_is_refused(ask_production):
    """A23, members 22."""
    assert ask_production("/admin/", {**BY_HTTPS, "host": "evil.example"})[0] == 400


def test_cookies_of_a_deployment_are_https_only(settings_with):
    names = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY"]

    assert [settings_with(PRODUCTION)[name] for name in names] == [True, True, True]
    assert [settings_with(DEMO)[name] for name in names] == [False, False, True]


def test_cookies_of_an_https_site_are_of_its_host_only(settings_with):
    """A name with `__Host-`: Secure, for the whole host, and without a domain, or browsers refuse it."""
    names = ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME"]
    there = settings_with(PRODUCTION)

    assert [there[name] for name in names] == ["__Host-sessionid", "__Host-csrftoken"]
    assert {
        "SESSION_COOKIE_DOMAIN",
        "CSRF_COOKIE_DOMAIN",
        "SESSION_COOKIE_PATH",
        "CSRF_COOKIE_PATH",
    } & set(there) == set()
    assert [settings_with(DEMO)[name] for name in names] == ["sessionid", "csrftoken"]


def test_a_deployment_requires_a_second_factor_of_staff(settings_with):
    """members 16."""
    assert [settings_with(one)["STAFF_SECOND_FACTOR"] for one in (PRODUCTION, DEMO)] == [
        True,
        False,
    ]


def test_errors_are_reported_without_personal_data(settings_with, monkeypatch):
    told = {}
    monkeypatch.setattr("sentry_sdk.init", lambda **options: told.update(options))

    settings_with({**PRODUCTION, "SENTRY_DSN": "https://key@sentry.example.org/1"})

    told.pop("before_send")
    assert told == {
        "dsn": "https://key@sentry.example.org/1",
        "send_default_pii": False,
        "include_local_variables": False,
        "max_request_body_size": "never",
    }
