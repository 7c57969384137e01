"""Names of files: macOS writes accents decomposed, editors of text write them composed."""

import unicodedata
from itertools import product

import pytest

from home.page_import.files import locate
from home.page_import.parsed_blocks import FileRef
from site_cms.page_import import files_in

FORMS = ("NFC", "NFD")


@pytest.mark.parametrize(("on_disk", "below", "written"), list(product(FORMS, FORMS, FORMS)))
def test_a_file_is_found_whichever_way_its_accents_are_written(tmp_path, on_disk, below, written):
    folder = tmp_path / unicodedata.normalize(below, "été")
    folder.mkdir()
    file = folder / unicodedata.normalize(on_disk, "forêt à Noël.jpg")
    file.write_bytes(b"")

    found = locate(tmp_path, FileRef(unicodedata.normalize(written, "été/forêt à Noël.jpg"), 1))

    assert found == file.resolve()


@pytest.mark.parametrize(("on_disk", "asked"), list(product(FORMS, FORMS)))
def test_a_page_file_is_found_too(tmp_path, on_disk, asked):
    file = tmp_path / unicodedata.normalize(on_disk, "été.md")
    file.write_text("")

    assert files_in(tmp_path / unicodedata.normalize(asked, "été.md")) == [file]
