"""The form of a backup: whole or refused. Putting one back to the end is tested in tests/running/test_backup.py."""

import io
import tarfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from site_cms import backup, tables
from site_cms.backup import BadBackup, read_backup, write_backup
from tests.builders import make_document, make_news

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(tmp_path: Path) -> Path:
    make_news()
    make_document()
    path = tmp_path / "site.tar"
    write_backup(path, warn=print)
    return path


def test_every_table_of_the_database_is_in_a_backup_but_the_search_index(written: Path) -> None:
    saved = {table["name"] for table in read_backup(written).tables}

    others = set(connection.introspection.table_names()) - saved
    assert [name for name in others if "indexentry" not in name] == []


def test_a_backup_is_for_its_owner_only_and_leaves_nothing_beside_it(written: Path) -> None:
    assert written.stat().st_mode & 0o777 == 0o600
    assert list(written.parent.iterdir()) == [written]


def test_a_backup_that_fails_leaves_the_last_one(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = written.read_bytes()

    def fail(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "put", fail)

    with pytest.raises(CommandError, match="No space left on device"):
        call_command("backup", str(written))

    assert (written.read_bytes(), list(written.parent.iterdir())) == (before, [written])


@pytest.mark.parametrize("part", [0, 0.1, 0.5, 0.9])
def test_a_cut_backup_is_refused(written: Path, part: float) -> None:
    whole = written.read_bytes()
    written.write_bytes(whole[: int(len(whole) * part)])

    with pytest.raises(BadBackup, match=r"cut or damaged|not whole"):
        read_backup(written)


def test_an_altered_backup_is_refused(written: Path) -> None:
    data = written.read_bytes()
    with tarfile.open(written) as archive:
        document = next(one for one in archive if one.name.startswith("files/private/documents"))
    start = document.offset_data
    written.write_bytes(data[:start] + b"X" + data[start + 1 :])

    with pytest.raises(BadBackup, match="missing or was altered"):
        read_backup(written)


@pytest.mark.parametrize("name", ["../up", "files/private/../../up", "/etc/x", "files/other/x"])
def test_a_file_that_leads_elsewhere_is_refused(written: Path, name: str) -> None:
    with tarfile.open(written, "a") as archive:
        archive.addfile(tarfile.TarInfo(name), io.BytesIO())

    with pytest.raises(BadBackup, match="does not belong"):
        read_backup(written)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3", b"\x1f\x8b"])
def test_what_is_no_backup_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)

    with pytest.raises(CommandError, match=r"other: .*\. Nothing was written\."):
        call_command("restore", str(path), verify=True)
    with pytest.raises(CommandError, match="No such file"):
        call_command("restore", str(tmp_path / "none"), verify=True)


def test_a_big_file_is_read_and_written_piece_by_piece(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "CHUNK", 16)
    monkeypatch.setattr(tables, "BATCH", 2)

    again = written.with_name("again.tar")
    contents = write_backup(again, warn=print)

    assert read_backup(again).members == contents.members
    assert contents.files == read_backup(written).files
