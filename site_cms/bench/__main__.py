"""Makes a demonstration site in a folder of its own and measures it, part after part."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import django

from site_cms.bench import answers, directory, pages, registration

BASE_DIR = Path(__file__).resolve().parents[2]
PARTS = {
    "pages": pages.run,
    "answers": answers.run,
    "registration": registration.run,
    "directory": directory.run,
}


def main(names: list[str]) -> int:
    unknown = set(names) - set(PARTS)
    if unknown:
        print(f"{', '.join(sorted(unknown))}: no such part; there are {', '.join(PARTS)}.")
        return 2
    with tempfile.TemporaryDirectory(prefix="site-cms-bench-") as folder:
        os.environ |= {"DEMO": "1", "DEBUG": "0", "DATA_DIR": folder, "LOG_LEVEL": "ERROR"}
        os.environ |= {"DATABASE_URL": "", "CACHE_URL": "", "BASE_URL": "http://localhost"}
        os.environ |= {"DJANGO_SETTINGS_MODULE": "site_cms.settings"}
        subprocess.run(
            [sys.executable, "manage.py", "release"], cwd=BASE_DIR, check=True, stdout=sys.stderr
        )
        django.setup()
        over = sum(PARTS[name]() for name in names or PARTS)
    print(f"Over budget: {over}.")
    return int(over > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
