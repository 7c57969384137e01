"""Takes a picture of each page type and state, at three widths, light and dark: `make shots`.

    python -m tests.shots [FOLDER] [--only WORD]

The exit code is 1 if an address does not answer as it should, 2 if no picture can be taken.
"""

import argparse
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Error, Page

from tests.bench.running_site import BASE_DIR
from tests.shots.studio import LOADED, NoBrowser, Studio, opened
from tests.shots.visits import VISITORS, Visit

WIDTHS = {360: 780, 768: 1024, 1440: 900}  # with the height of the window
SCHEMES = ("light", "dark")
#: Pages of the back office scroll inside their window, which must then be as high as they are.
INNER_HEIGHT = """() => {
    const main = document.querySelector("main");
    return main && getComputedStyle(main).overflowY === "auto" ? main.scrollHeight : 0;
}"""


def main(arguments: Sequence[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the site is stopped then, too
    asked = read_arguments(arguments)
    if asked.folder.resolve().is_relative_to(BASE_DIR):
        print(f"{asked.folder} is in the repository: choose another folder.", file=sys.stderr)
        return 2
    try:
        with opened() as studio:
            faults = dict.fromkeys(take_all(studio, asked.folder, asked.only))
    except NoBrowser as reason:
        print(reason, file=sys.stderr)
        return 2
    for fault in faults:
        print(fault, file=sys.stderr)
    return int(bool(faults))


def read_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make shots")
    default = Path(tempfile.gettempdir()) / "shots"
    parser.add_argument("folder", nargs="?", type=Path, default=default)
    parser.add_argument(
        "--only", default="", help="a word in the name: public, event, editor/article…"
    )
    return parser.parse_args(arguments)


def take_all(studio: Studio, folder: Path, only: str) -> Iterator[str]:
    """Write the pictures, print the path of each, and yield a sentence for each address that answers something else."""
    for who, (email, visits) in VISITORS.items():
        chosen = [visit for visit in visits if only in f"{who}/{visit.name}"]
        for scheme in SCHEMES if chosen else ():
            with studio.visitor(email, color_scheme=scheme) as page:
                for visit in chosen:
                    yield from take(studio, page, visit, folder / who, scheme)


def take(studio: Studio, page: Page, visit: Visit, folder: Path, scheme: str) -> Iterator[str]:
    folder.mkdir(parents=True, exist_ok=True)
    for width, height in WIDTHS.items():
        picture = folder / f"{visit.name}-{width}-{scheme}.png"
        page.set_viewport_size({"width": width, "height": height})
        try:
            # Done once: a form that is sent too often is refused.
            if visit.act is None or width == min(WIDTHS):
                yield from show(studio, page, visit)
            window = max(height, page.evaluate(INNER_HEIGHT))
            page.set_viewport_size({"width": width, "height": window})
            page.screenshot(path=picture, full_page=True, animations="disabled")
        except Error as error:
            yield f"{picture}: {str(error).splitlines()[0]}"
            return
        print(picture, flush=True)


def show(studio: Studio, page: Page, visit: Visit) -> Iterator[str]:
    status = studio.go(page, visit.address)
    if status != visit.status:
        yield f"{page.url} answers {status} instead of {visit.status}."
    elif visit.act:
        visit.act(page)
        page.wait_for_load_state()
        page.evaluate(LOADED)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
