"""File storages. Renditions are public; documents and original images are in a private storage without URLs."""

from django.core.files.storage import FileSystemStorage, Storage, storages

NO_URL = (
    "A private file has no address of its own: it leaves through a view that asks who is looking."
)


class PrivateFileSystemStorage(FileSystemStorage):
    def url(self, name: str | None) -> str:
        raise NotImplementedError(NO_URL)


def private_storage() -> Storage:
    """Return the storage of documents and original images. A callable keeps the folder out of migrations."""
    return storages["private"]
