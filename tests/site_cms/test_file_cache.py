"""The file cache counts its files rarely, stays bounded, and goes on in memory when the disk is full."""

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


def test_a_full_disk_counts_in_memory_and_goes_on_there(files, monkeypatch, caplog):
    """cache 18."""
    files.set("tries", 1)

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(files, "_write_content", full)
        counted = [files.incr("tries"), files.incr("tries")]
        added = [files.add("new", 1), files.add("new", 1)]
    kept = files.get("tries"), files.get("new"), files.add("new", 1)
    written = files.incr("tries")

    assert (counted, added, kept) == ([2, 3], [True, False], (3, 1, False))
    assert (written, files.memory.get("tries")) == (4, None)
    assert len(caplog.messages) == 1
    assert files.delete("new")
    assert files.get("new") is None
