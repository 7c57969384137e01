"""File-based cache for a single host, which counts its files less often than Django's."""

from secrets import randbelow

from django.core.cache.backends.filebased import FileBasedCache

#: Django counts all files at every write. With 400 visitors' counters that took most of a registration's time.
WRITES_PER_COUNT = 100


class FileCache(FileBasedCache):
    """Django's FileBasedCache, which may exceed MAX_ENTRIES by a few hundred entries before culling."""

    def _cull(self) -> None:
        if randbelow(WRITES_PER_COUNT) == 0:
            super()._cull()  # type: ignore[misc]
