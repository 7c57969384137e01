"""Fixtures and checks for all tests."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from random import randrange
from types import ModuleType
from typing import Any, TypeVar

import hypothesis
import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import transaction
from django.template import Engine
from django_tasks.base import TaskResult, TaskResultStatus
from django_tasks.signals import task_finished
from PIL.ImageFile import ImageFile

from home.mail import delivery
from home.models import HomePage, OutgoingEmail
from site_cms.site_tree import ensure_site
from tests import template_database

T = TypeVar("T")

# No test depends on the machine's speed.
hypothesis.settings.register_profile("site", deadline=None)
hypothesis.settings.load_profile("site")

#: Brings the test database back to what the migrations left.
RESTORE = pytest.StashKey[Callable[[], None]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    crowd = parser.getgroup("the crowd of tests/running")
    crowd.addoption(
        "--people", type=int, default=60, help="how many people register at the same time"
    )
    crowd.addoption(
        "--seed", type=int, default=randrange(10_000), help="random seed, to repeat a run"
    )

    parser.addoption(
        "--database-only",
        action="store_true",
        help="leave out tests that ask nothing of a database: they say the same on each",
    )


#: Fixtures with which a test reaches the database.
OF_DATABASE = {"db", "transactional_db", "django_db_setup", "admin_client", "admin_user"}
#: Folders whose tests start sites of their own.
OF_SITES = {"journeys", "running"}


def asks_a_database(item: Any) -> bool:
    """Return whether this test may say something else on another kind of database."""
    return bool(
        item.get_closest_marker("django_db")
        or OF_DATABASE & set(item.fixturenames)
        or OF_SITES & set(item.path.parts)
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--database-only"):
        config.hook.pytest_deselected(items=[one for one in items if not asks_a_database(one)])
        items[:] = [one for one in items if asks_a_database(one)]


def not_run(config: pytest.Config, folder: str) -> list[str]:
    """Return the names of the skipped tests of this folder."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    return sorted({report.nodeid for report in skipped if f"{folder}/" in report.nodeid})


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    reasons = {
        "journeys": "journeys that did not run: no Chromium starts",
        "running": "not on this database: DATABASE_URL chooses SQLite or PostgreSQL",
    }
    for folder, reason in reasons.items():
        names = not_run(config, folder)
        if names:
            terminalreporter.section(reason)
        for name in names:
            terminalreporter.line(name)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail if journeys were skipped in continuous integration (CI=true)."""
    if os.environ.get("CI") == "true" and not_run(session.config, "journeys"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def template(
    django_db_use_migrations: bool,
    django_db_createdb: bool,
    django_db_blocker: Any,
    pytestconfig: pytest.Config,
) -> str:
    """The template database (docs/testing.md): a file of SQLite, or a name on the server. Empty with --no-migrations."""
    if not django_db_use_migrations:
        return ""
    folder = pytestconfig.cache.mkdir("template-databases")
    with django_db_blocker.unblock():
        run = run_of(pytestconfig) if django_db_createdb else ""
        return template_database.make_ready(folder, run)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    template: str,
    django_db_blocker: Any,
    pytestconfig: pytest.Config,
) -> Iterator[None]:
    """Called by pytest-django before it creates the test database, which then has nothing left to migrate."""

    def restore() -> None:
        with django_db_blocker.unblock():
            template_database.restore(template)

    if template:
        pytestconfig.stash[RESTORE] = restore
    with template_database.copied(template) if template else nullcontext():
        yield


def commits(item: pytest.Item | None) -> bool:
    marker = item.get_closest_marker("django_db") if item else None
    return bool(marker and marker.kwargs.get("transaction"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Bring back the rows of the migrations after tests that commit, the only ones to do without them.

    Django empties all tables after each, and the files of tests run in any order.
    """
    yield
    if commits(item) and nextitem and not commits(nextitem) and RESTORE in item.config.stash:
        item.config.stash[RESTORE]()


def run_of(config: pytest.Config) -> str:
    """Return an identifier shared by all processes of this run, and by the runs of one continuous integration."""
    own = getattr(config, "workerinput", {}).get("testrunuid", str(os.getpid()))
    return os.environ.get("TEMPLATE_RUN", own)


@pytest.fixture(autouse=True, scope="session")
def _undefined_variables_cost_nothing_where_they_are_allowed(
    _fail_for_invalid_template_variable: None,
) -> None:
    """Skip pytest-django's inspection of the whole stack in tests that allow undefined variables, common in Wagtail."""
    undefined = type(settings.TEMPLATES[0]["OPTIONS"].get("string_if_invalid", ""))
    if undefined is not str:
        fail = undefined.__mod__
        undefined.__mod__ = lambda self, name: fail(self, name) if self.fail else self.origin_value


@pytest.fixture(autouse=True, scope="session")
def _outbox_backend(django_test_environment: None) -> None:
    """Restore the site's outbox: Django's test runner replaces EMAIL_BACKEND."""
    settings.EMAIL_BACKEND = "home.mail.backends.OutboxBackend"


@pytest.fixture(autouse=True)
def _links_of_mails_name_the_site() -> Iterator[None]:
    """members 22: links in all messages start with BASE_URL, the only one with a port here."""
    yield
    for message in getattr(mail, "outbox", []):
        html = [str(alternative[0]) for alternative in getattr(message, "alternatives", [])]
        for body in (str(message.body), *html):
            assert not re.search(r"https?://(?:testserver|localhost)(?!:8000)", body), body


@pytest.fixture(autouse=True)
def _settings_are_restored() -> Iterator[None]:
    """Fail the test that assigns to a setting without the `settings` fixture, rather than the tests after it."""
    before = dict(vars(settings._wrapped))
    yield
    assert vars(settings._wrapped) == before


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@contextmanager
def strict_tasks() -> Iterator[None]:
    """Fail the test if a task raises; the immediate backend only records the error."""
    failures: list[str] = []

    def remember(sender: Any, task_result: TaskResult, **kwargs: Any) -> None:
        if task_result.status == TaskResultStatus.FAILED:
            failures.extend(error.traceback for error in task_result.errors)

    task_finished.connect(remember, weak=False)
    yield
    task_finished.disconnect(remember)
    assert not failures, "\n".join(failures)


@pytest.fixture(autouse=True)
def _strict_tasks() -> Iterator[None]:
    with strict_tasks():
        yield


@pytest.fixture(scope="module")
def made_once(
    django_db_setup: None, django_db_blocker: Any
) -> Iterator[Callable[[Callable[[], T]], T]]:
    """Rows that the tests of a module share: `return made_once(make_them)` in a fixture with `scope="module"`.

    A transaction around those of the tests holds them, so each test begins with the rows as they were made.
    Objects in memory are not restored: a test that changes one must read it from the database first.
    """
    around = transaction.atomic()

    def make(rows: Callable[[], T]) -> T:
        cache.clear()  # it may hold pages of the previous module
        with django_db_blocker.unblock(), strict_tasks():
            return rows()

    with django_db_blocker.unblock():
        around.__enter__()
    yield make
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


@pytest.fixture(scope="module")
def whole_site(made_once: Any) -> HomePage:
    """The page tree, groups and collections of a site, made once for a module."""
    return made_once(ensure_site)


@pytest.fixture
def outbox(db: None) -> Callable[[], list[OutgoingEmail]]:
    """A function that returns the rows of the outbox, oldest first."""
    return lambda: list(OutgoingEmail.objects.order_by("pk"))


@pytest.fixture
def sent() -> list[EmailMessage]:
    """The delivered messages, as received by the provider."""
    return mail.outbox


@pytest.fixture
def wagtail_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Wagtail's templates use `{{ undefined|default:"…" }}`, which a strict engine rejects."""
    # Of every engine: classes of Wagtail keep templates, some of them of the engine before a change of settings.
    nothing = property(
        lambda engine: "", lambda engine, value: vars(engine).update(string_if_invalid=value)
    )
    monkeypatch.setattr(Engine, "string_if_invalid", nothing, raising=False)


@pytest.fixture
def unpacked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The sizes of the images whose pixels were decoded."""
    sizes: list[tuple[int, int]] = []
    load = ImageFile.load
    monkeypatch.setattr(ImageFile, "load", lambda self: sizes.append(self.size) or load(self))
    return sizes


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`broken(module, "verb", is_bad)` makes a function fail when `is_bad(*args, **kwargs)` is true."""

    def break_it(module: ModuleType, verb: str, is_bad: Callable[..., bool]) -> None:
        work = getattr(module, verb)

        def fail(*args: Any, **kwargs: Any) -> Any:
            if is_bad(*args, **kwargs):
                raise RuntimeError("a bad row")
            return work(*args, **kwargs)

        monkeypatch.setattr(module, verb, fail)

    return break_it


@pytest.fixture
def mail_down(settings: Any) -> None:
    """Deliver to an SMTP port on which nothing listens."""
    settings.DELIVERY = {
        "backend": "home.mail.smtp.SmtpBackend",
        "options": {"host": "127.0.0.1", "port": 1, "timeout": 2},
        "anymail": {},
    }


@pytest.fixture
def deliver_all(db: None) -> Callable[[], None]:
    """A function that sends all waiting messages, as the clock and the worker would."""

    def deliver() -> None:
        for pk in OutgoingEmail.objects.waiting().values_list("pk", flat=True):
            delivery.deliver(pk)

    return deliver
