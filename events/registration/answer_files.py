"""Storage of documents uploaded with registrations; each is erased with its answer."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any

from django.core.files.base import File

from events.models import AnswerFile, Registration
from events.models.answer_file import random_path
from home.files import private_storage


@contextmanager
def stored(files: Mapping[str, File]) -> Iterator[dict[str, str]]:
    """Save these files before any lock is taken and yield their paths by question UUID.

    On exit, delete the files that no `AnswerFile` refers to.
    """
    paths: dict[str, str] = {}
    try:
        for question, file in files.items():
            paths[question] = private_storage().save(random_path(None, file.name or ""), file)
        yield paths
    finally:
        for path in paths.values():
            if not AnswerFile.objects.filter(file=path).exists():
                private_storage().delete(path)


def attach(registration: Registration, paths: Mapping[str, str]) -> None:
    """Make these files the registration's. Erase those they replace and those without an answer."""
    for former in registration.files.filter(question__in=paths):
        former.erase()
    for question, path in paths.items():
        AnswerFile.objects.create(registration=registration, question=question, file=path)
    drop_unanswered(registration)


def drop_unanswered(registration: Registration) -> None:
    """Erase files whose answer is gone or became a text. Call it in the transaction that removes answers."""
    for one in registration.files.all():
        answer = registration.answers.get(str(one.question), {"value": ""})
        if PurePath(str(answer["value"])).suffix != PurePath(one.file.name or "").suffix:
            one.erase()


def linked_answers(registration: Registration) -> list[tuple[str, str, Any]]:
    """Return each question, its answer in words and its file, if any."""
    files = {str(one.question): one for one in registration.files.all()}
    words = registration.answers_in_words
    keys = registration.answers
    return [(label, said, files.get(key)) for key, (label, said) in zip(keys, words, strict=True)]
