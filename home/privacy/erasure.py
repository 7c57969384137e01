"""Erasure of a person from the audit log, the results of privacy checks and the file storage."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from wagtail.models import ModelLogEntry

from home.french.mentions import mention_of
from home.models.privacy_check import PrivacyCheck

ERASED = "Données effacées"


def forget_history(row: Model) -> None:
    """Anonymise the audit log entries of an object. Their dates and actions are kept."""
    kinds = [
        ContentType.objects.get_for_model(model) for model in (type(row), *type(row)._meta.parents)
    ]
    entries = ModelLogEntry.objects.filter(content_type__in=kinds, object_id=str(row.pk))
    entries.update(label=ERASED, data={})


def forget_mentions(*, email: str, name: str, in_their_place: str) -> None:
    """Replace the labels of audit log entries that contain a person's name or e-mail address, whole."""
    for word in filter(None, (email, name)):
        entries = ModelLogEntry.objects.filter(label__icontains=word)
        whole = mention_of(word)
        labels = entries.values_list("pk", "label")
        named = [pk for pk, label in labels if whole.search(label)]
        ModelLogEntry.objects.filter(pk__in=named).update(label=in_their_place)


def forget_watched(words: Iterable[str]) -> None:
    """Remove from the privacy checks the URLs and findings that contain one of these words."""
    for check in PrivacyCheck.objects.all():
        addresses = {kind: kept(found, words) for kind, found in check.addresses.items()}
        findings = kept(check.findings, words)
        if (addresses, findings) != (check.addresses, check.findings):
            check.addresses, check.findings = addresses, findings
            check.save(update_fields=["addresses", "findings"])


def kept(texts: Iterable[Any], words: Iterable[str]) -> list[Any]:
    return [text for text in texts if not any(word in str(text) for word in words)]


def delete_file_after_commit(file: Any) -> None:
    """Delete the file from storage after the commit, when no row refers to it any more."""
    storage, name = file.storage, file.name
    transaction.on_commit(lambda: storage.delete(name))
