"""Page files for the import tests."""

import io
from pathlib import Path

from django.core.management import CommandError, call_command
from PIL import Image

GPS = {0x8825: {1: "N", 2: (50.0, 37.0, 0.0), 3: "E", 4: (3.0, 3.0, 0.0)}}


class Folder:
    """A temporary folder of page files to import."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (path / "media").mkdir()

    def write(self, name: str, header: str, body: str = "Un texte.\n") -> Path:
        file = self.path / f"{name}.md"
        file.write_text(f"---\ntitle: {name}\n{header}---\n\n{body}", encoding="utf-8")
        return file

    def picture(self, name: str, *, orientation: int = 1, color: str = "red") -> None:
        image = Image.new("RGB", (60, 40), color)
        exif = image.getexif()
        exif[0x0112] = orientation
        exif[0x010F] = "Appareil secret"
        exif.get_ifd(0x8825).update(GPS[0x8825])
        image.save(self.path / "media" / name, exif=exif)

    def document(self, name: str, content: bytes = b"%PDF-1.4\nun document") -> None:
        (self.path / "media" / name).write_bytes(content)

    def run(self, *options: str, paths: list[Path] | None = None) -> tuple[list[str], list[str]]:
        """Run import_pages and return (outcomes, refusals), without the folder's path."""
        out, err = io.StringIO(), io.StringIO()
        try:
            call_command("import_pages", *(paths or [self.path]), *options, stdout=out, stderr=err)
            self.code = 0
        except CommandError as error:
            self.code = error.returncode
        said = [line.split("] ")[1].split(f" {self.path}")[0] for line in lines(out)]
        return said, [line.removeprefix(f"{self.path}/") for line in lines(err)]


def lines(stream: io.StringIO) -> list[str]:
    return stream.getvalue().splitlines()
