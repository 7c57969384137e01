"""Where files live. Renditions are public; documents and original images stand in a storage without addresses."""

from django.core.files.storage import FileSystemStorage, Storage, storages

NO_URL = (
    "A private file has no address of its own: it leaves through a view that asks who is looking."
)


class PrivateFileSystemStorage(FileSystemStorage):
    def url(self, name: str | None) -> str:
        raise NotImplementedError(NO_URL)


def private_storage() -> Storage:
    """The storage of documents and original images; a callable, so that migrations do not freeze a folder."""
    return storages["private"]
