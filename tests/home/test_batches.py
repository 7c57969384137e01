"""Batches: a failing item does not stop the others."""

import pytest
from django.contrib.auth.models import Group

from home import batches
from home.batches import SomeFailed, in_slices, one_by_one


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
