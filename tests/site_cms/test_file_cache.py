"""The file cache counts its files rarely and stays bounded."""

import pytest

from site_cms.file_cache import WRITES_PER_COUNT, FileCache


@pytest.fixture
def files(tmp_path):
    return FileCache(str(tmp_path), {"OPTIONS": {"MAX_ENTRIES": 50}})


def test_a_write_rarely_counts_the_files(files, monkeypatch):
    counts = []
    list_files = files._list_cache_files
    monkeypatch.setattr(files, "_list_cache_files", lambda: counts.append(1) or list_files())

    for number in range(10 * WRITES_PER_COUNT):
        files.set("key", number)

    assert (
        0 < len(counts) < 50
    )  # ten on average; fewer than one run in a million is outside these bounds


def test_the_size_of_the_cache_is_bounded(files, tmp_path):
    for number in range(20 * WRITES_PER_COUNT):
        files.set(str(number), number)

    assert len(list(tmp_path.iterdir())) < 20 * WRITES_PER_COUNT
