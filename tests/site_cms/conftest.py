import pytest

from tests.site_cms.page_files import Folder


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)
