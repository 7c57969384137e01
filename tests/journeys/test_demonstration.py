"""A fresh demonstration, as the night finds it."""

import os
import subprocess
import sys

from tests.journeys.conftest import ROOT, RunningSite


def test_the_nightly_check_of_a_fresh_demonstration_is_green(site: RunningSite) -> None:
    settings = {"DEMO": "1", "DEBUG": "0", "DATA_DIR": str(site.data_dir)}
    settings["DJANGO_SETTINGS_MODULE"] = "site_cms.settings"

    check = subprocess.run(
        [sys.executable, "manage.py", "sentinelle"],
        cwd=ROOT,
        env={**os.environ, "BASE_URL": site.address, **settings},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (check.returncode, check.stderr) == (0, "")
    assert check.stdout.startswith("green: ")
