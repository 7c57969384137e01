"""Images and documents in exported files: the originals, named by their SHA-256, and `media.yaml`, what is known of each."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from wagtail.models import Collection

from home.media.documents import check_document
from home.media.pictures import prepare_picture
from home.models import SiteDocument, SiteImage
from home.page_folders import rows
from home.page_folders.names import MEDIA, Finds, Names, Unreadable

Item = SiteImage | SiteDocument
CHUNK = 1024 * 1024
#: What the file says, what accounts have done, and where it is stored.
NOT_TOLD = [
    "file",
    "width",
    "height",
    "file_size",
    "file_hash",
    "is_prepared",
    "uploaded_by_user",
    "collection",
    "created_at",
    "taken_at",
]
#: Moments that saving sets.
MOMENTS = ("created_at", "taken_at")
KINDS: dict[str, type[Item]] = {"image": SiteImage, "document": SiteDocument}


def fields_of(model: type[Item]) -> list[Any]:
    return list(rows.content_fields(model, *NOT_TOLD))


def digest_of(item: Item) -> str:
    """Return the SHA-256 of the original. Raise OSError when it is not in the storage."""
    digest = hashlib.sha256()
    with item.file.storage.open(str(item.file.name)) as file:
        for chunk in file.chunks(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def name_of(item: Item) -> str:
    """Return the name in exported files. Of rows with the same file, all but the first have a number."""
    twins = type(item).objects.filter(file_hash=item.file_hash, pk__lt=item.pk)
    place = twins.count() if item.file_hash else 0
    suffix = PurePosixPath(str(item.file.name)).suffix.lower()
    return f"{MEDIA}{digest_of(item)}{f'-{place + 1}' if place else ''}{suffix}"


def copy_original(item: Item, path: Path) -> None:
    with item.file.storage.open(str(item.file.name)) as file, path.open("wb") as copy:
        for chunk in file.chunks(CHUNK):
            copy.write(chunk)


def plain_media(item: Item, name: str, names: Names) -> dict[str, Any]:
    """Return what `media.yaml` says of an image or a document."""
    kind = "image" if isinstance(item, SiteImage) else "document"
    found = {"file": name, "kind": kind} | rows.plain_row(item, fields_of(type(item)), names)
    if kind == "document":
        found["name"] = PurePosixPath(str(item.file.name)).name
    for moment in MOMENTS:
        if getattr(item, moment, None):
            found[moment] = timezone.localtime(getattr(item, moment)).isoformat()
    tags = sorted(item.tags.names())
    return (
        found | ({"tags": tags} if tags else {}) | {"collection": collection_path(item.collection)}
    )


def collection_path(collection: Collection) -> list[str]:
    """Return the names of the collection and those above it, the root's left out."""
    if collection.is_root():
        return []
    above = collection.get_ancestors().filter(depth__gt=1)
    return [*(one.name for one in above), collection.name]


def collection_at(path: list[str]) -> Collection:
    """Return the collection of that path, made if it is not there."""
    found = Collection.get_first_root_node()
    for name in path:
        below = found.get_children().filter(name=name).first()
        found = below or found.add_child(name=name)
    return found


def known_item(told: dict[str, Any], content: bytes) -> Item | None:
    """Return the row that `media.yaml` tells of if it is here: a document by its UUID, an image by its content."""
    if told["kind"] == "document":
        return SiteDocument.objects.filter(uuid=told["uuid"]).first() if "uuid" in told else None
    digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()  # Wagtail's hash
    same = SiteImage.objects.filter(file_hash=digest).order_by("pk")
    _digest, _, number = PurePosixPath(told["file"]).stem.partition("-")
    place = int(number) - 1 if number.isdecimal() else 0
    return same[place : place + 1].first()


def store_item(told: dict[str, Any], content: bytes, finds: Finds) -> Item:
    """Store an image or a document after the same checks as an upload. Raise Unreadable if it is refused."""
    model = KINDS[told["kind"]]
    name = PurePosixPath(str(told.get("name") or told["file"])).name
    file = ContentFile(content, name=name)
    item = model(collection=collection_at(told.get("collection", [])))
    rows.fill_row(item, fields_of(model), told, finds)
    try:
        if isinstance(item, SiteImage):
            item.file = prepare_picture(file)
        else:
            check_document(file)
            item.file = file
        item.full_clean(exclude=["file", "uploaded_by_user"])
    except ValidationError as refusal:
        raise Unreadable(f"{told['file']}: {' '.join(refusal.messages)}") from None
    with transaction.atomic():
        item.save()
        item.tags.set(list(map(str, told.get("tags", []))))
        moments = {one: told[one] for one in MOMENTS if one in told}
        if moments:
            model.objects.filter(pk=item.pk).update(**moments)
    return item


def all_items() -> Iterator[Item]:
    """Yield the whole library, in order of arrival, a few rows at a time."""
    for model in KINDS.values():
        yield from model.objects.select_related("collection").order_by("pk").iterator(100)


def readable(item: Item, complain: Callable[[str], None]) -> str | None:
    """Return the item's name, or None and complain if its original is lost."""
    with suppress(OSError):
        return name_of(item)
    complain(f"{type(item).__name__} {item.pk}: the original is not in the storage")
    return None
