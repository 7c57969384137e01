"""Runs all benchmarks, or those named. Loads a demonstration site for those that need one."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import django

from tests.bench import answers, directory, pages, registration, server

BASE_DIR = Path(__file__).resolve().parents[2]
#: Benchmarks of the demonstration site; the others create their own sites.
OF_THE_DEMONSTRATION = {"pages": pages.run, "answers": answers.run, "server": server.run}
PARTS = OF_THE_DEMONSTRATION | {"registration": registration.run, "directory": directory.run}


def main(names: list[str]) -> int:
    unknown = set(names) - set(PARTS)
    if unknown:
        print(f"{', '.join(sorted(unknown))}: no such part; there are {', '.join(PARTS)}.")
        return 2
    with tempfile.TemporaryDirectory(prefix="site-cms-bench-") as folder:
        os.environ |= {"DEMO": "1", "DEBUG": "0", "DATA_DIR": folder, "LOG_LEVEL": "ERROR"}
        os.environ |= {"DATABASE_URL": "", "CACHE_URL": "", "BASE_URL": "http://localhost"}
        os.environ |= {"DJANGO_SETTINGS_MODULE": "site_cms.settings"}
        asked = names or list(PARTS)
        if not OF_THE_DEMONSTRATION.keys().isdisjoint(asked):
            load_demonstration()
        over = sum(PARTS[name]() for name in asked)
    print(f"Over budget: {over}.")
    return int(over > 0)


def load_demonstration() -> None:
    release = [sys.executable, "manage.py", "release"]
    subprocess.run(release, cwd=BASE_DIR, check=True, stdout=sys.stderr)
    django.setup()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
