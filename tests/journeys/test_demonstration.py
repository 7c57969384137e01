"""The privacy check of a new demonstration."""

import subprocess
import sys

from tests.journeys.conftest import ROOT, VisitedSite


def test_the_privacy_check_of_a_new_demonstration_is_green(site: VisitedSite) -> None:
    check = subprocess.run(
        [sys.executable, "manage.py", "sentinelle"],
        cwd=ROOT,
        env=site.environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (check.returncode, check.stderr) == (0, "")
    assert check.stdout.startswith("green: ")
