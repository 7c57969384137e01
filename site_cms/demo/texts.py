"""Page files of the demonstration, for import_pages, with dates relative to today."""

import re
import shutil
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
DATE = re.compile(r"\{\{ date: (-?\d+) \}\}")
DATETIME = re.compile(r"\{\{ datetime: (-?\d+) (\d\d:\d\d) \}\}")


def write_texts(folder: Path, *, today: date) -> None:
    """Copy content and media into `folder`, replacing `{{ date: N }}` and `{{ datetime: N HH:MM }}`.

    N is a number of days from `today`.
    """
    shutil.copytree(HERE / "media", folder / "media")
    for path in sorted((HERE / "content").glob("*.md")):
        text = DATE.sub(lambda m: day(today, m[1]).isoformat(), path.read_text("utf-8"))
        text = DATETIME.sub(lambda m: f"{day(today, m[1]).isoformat()}T{m[2]}", text)
        (folder / path.name).write_text(text, "utf-8")


def day(today: date, offset: str) -> date:
    """Return the date `offset` days from today. A future date on a weekend moves to Monday."""
    moved = today + timedelta(days=int(offset))
    if int(offset) > 0 and moved.weekday() >= 5:
        moved += timedelta(days=7 - moved.weekday())
    return moved
