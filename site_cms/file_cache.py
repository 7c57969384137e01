"""File-based cache for a single host, which counts its files less often than Django's, and does without a full disk."""

from secrets import randbelow
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache

from site_cms.complaints import Complaint

#: Django counts all files at every write. With 400 visitors' counters that took most of a registration's time.
WRITES_PER_COUNT = 100

trouble = Complaint("DATA_DIR does not hold the cache, it is in the memory of each process")


class FileCache(FileBasedCache):
    """Django's FileBasedCache, which may exceed MAX_ENTRIES by a few hundred entries before culling.

    What cannot be written, for want of room, is kept in this process's memory: limits go on counting, nobody is refused.
    """

    def __init__(self, folder: str, params: dict[str, Any]) -> None:
        super().__init__(folder, params)
        self.memory = LocMemCache(f"instead of {folder}", params)

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        try:
            super().set(key, value, timeout, version)
        except OSError as error:
            trouble.say(error)
            self.memory.set(key, value, timeout, version)
        else:
            self.memory.delete(key, version)

    # A key is in one of the two: what is written as a file leaves memory.

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        if self.memory.has_key(key, version):
            return self.memory.get(key, default, version)
        return super().get(key, default, version)

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return self.memory.has_key(key, version) or super().has_key(key, version)

    def delete(self, key: Any, version: int | None = None) -> bool:
        held = self.memory.delete(key, version)
        return super().delete(key, version) or held

    def clear(self) -> None:
        self.memory.clear()
        super().clear()

    def _cull(self) -> None:
        if randbelow(WRITES_PER_COUNT) == 0:
            super()._cull()  # type: ignore[misc]
