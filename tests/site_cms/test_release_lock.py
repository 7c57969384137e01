"""Two releases at once: the second waits."""

import threading
from typing import Any

import pytest

from site_cms.release_lock import one_release


@pytest.mark.django_db(transaction=True)
def test_the_second_release_waits_for_the_first() -> None:
    done: list[str] = []
    said: list[str] = []

    def second() -> None:
        from django.db import connection  # noqa: PLC0415 -- of this thread

        with one_release(said.append):
            done.append("second")
        connection.close()

    with one_release(said.append):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.5)
        done.append("first")
    thread.join(10)

    assert (done, said) == (["first", "second"], ["Another release runs: waiting for its end…"])


@pytest.mark.django_db
def test_a_release_that_fails_lets_the_next_one_go_on() -> None:
    def fail(*args: Any) -> None:
        raise ValueError

    for _try in range(2):
        with pytest.raises(ValueError), one_release(print):  # noqa: PT011
            fail()
