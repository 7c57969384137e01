"""The cache of a site on one machine: files, counted now and then."""

from secrets import randbelow

from django.core.cache.backends.filebased import FileBasedCache

#: Django counts all files at each write: with the counters of 400 visitors, that was most of a registration's time.
WRITES_PER_COUNT = 100


class FileCache(FileBasedCache):
    """As Django's, but full by some hundred entries too many before it drops any."""

    def _cull(self) -> None:
        if randbelow(WRITES_PER_COUNT) == 0:
            super()._cull()  # type: ignore[misc]
