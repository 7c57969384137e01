import gzip
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.management import call_command

from home.theme.assets import SCRIPTS, STYLESHEETS, JoinedManifestStorage, lighter

STATIC = Path(__file__).parents[3] / "home" / "static"


def test_every_sheet_and_script_of_the_tree_is_served():
    files = {*STATIC.glob("css/*.css"), *STATIC.glob("js/*.js")}

    assert {str(file.relative_to(STATIC)) for file in files} == {*STYLESHEETS, *SCRIPTS}
    assert all(finders.find(name) for name in (*STYLESHEETS, *SCRIPTS))


def test_collecting_joins_the_parts_in_their_order(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "home.theme.assets.JoinedManifestStorage"}
    }

    call_command("collectstatic", interactive=False, verbosity=0)

    joined = (tmp_path / "css" / "site.css").read_text()
    assert joined == "\n".join(lighter((STATIC / name).read_text()) for name in STYLESHEETS)
    hashed = JoinedManifestStorage(location=tmp_path).stored_name("css/site.css")
    assert (tmp_path / f"{hashed}.gz").exists()


def test_the_whole_stylesheet_stays_small():
    text = "\n".join(lighter((STATIC / name).read_text()) for name in STYLESHEETS)

    assert len(gzip.compress(text.encode())) <= 14_000


def test_lighter_removes_comments_and_margins_only():
    assert lighter("/* why */\n.a {\n  color: red;\n}\n") == ".a {\ncolor: red;\n}"
