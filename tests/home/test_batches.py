"""Batches: a failing item does not stop the others."""

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from home import batches
from home.batches import SomeFailed, enqueue_once, going_on, in_slices, in_time, one_by_one
from home.mail.delivery import deliver_row


def test_every_item_is_tried_and_the_failures_are_named(caplog):
    done = []

    def work(item):
        if item in {2, 4}:
            raise ValueError(item)
        done.append(item)

    with pytest.raises(SomeFailed, match=r"^2, 4$"):
        one_by_one([1, 2, 3, 4, 5], work)

    assert done == [1, 3, 5]
    assert caplog.messages == ["Not done: 2", "Not done: 4"]


@pytest.mark.django_db
def test_a_failing_batch_is_tried_again_one_by_one(monkeypatch, caplog):
    monkeypatch.setattr(batches, "SLICE", 3)

    def work(names):
        for name in names:
            Group.objects.create(name=name)
            if name == "c":
                raise ValueError(name)

    with pytest.raises(SomeFailed, match=r"^c$"):
        in_slices("abcdefg", work)

    made = Group.objects.filter(name__in="abcdefg").values_list("name", flat=True)
    assert sorted(made) == ["a", "b", "d", "e", "f", "g"]
    assert caplog.messages == ["Not done: c"]


@pytest.mark.django_db
def test_the_log_names_no_person(caplog):
    someone = Group.objects.create(name="Camille Exemple")

    with pytest.raises(SomeFailed, match=f"^auth.Group {someone.pk}$"):
        one_by_one([someone], lambda one: 1 / 0)

    assert caplog.messages == [f"Not done: auth.Group {someone.pk}"]


@pytest.mark.django_db
def test_a_batch_whose_time_is_over_returns_the_rest(monkeypatch):
    monkeypatch.setattr(batches, "SLICE", 2)
    done = []

    assert in_slices("abcde", done.extend, seconds=0) == "cde"
    assert done == ["a", "b"]
    assert in_slices("abcde", done.extend) == ""


@pytest.mark.django_db
def test_work_that_takes_longer_than_a_task_may_is_done_by_several(monkeypatch):
    monkeypatch.setattr(batches, "SLICE", 2)
    monkeypatch.setattr(batches, "TASK_TIME", 0)
    done = []

    def go_on():
        with going_on(Again(go_on)):
            in_time([item for item in "abcdefg" if item not in done], take)

    def take(items):
        if "c" in items:
            raise ValueError
        done.extend(items)

    with pytest.raises(SomeFailed):
        go_on()

    assert done == ["a", "b", "d", "e", "f", "g"]


class Again:
    """A task that runs at once."""

    def __init__(self, work):
        self.enqueue = work


@pytest.mark.django_db
def test_a_task_that_waits_or_runs_is_not_enqueued_again(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    now = timezone.now()
    rows = DBTaskResult.objects

    for argument in (1, 1, 2):
        enqueue_once(deliver_row, argument, at=now)
    assert rows.count() == 2
    rows.update(status=TaskResultStatus.RUNNING, started_at=now)
    enqueue_once(deliver_row, 1, at=now)
    assert rows.count() == 2
    enqueue_once(deliver_row, 1, at=now + batches.TASK_LIMIT * 2)
    assert rows.count() == 3
