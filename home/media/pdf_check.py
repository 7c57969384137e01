"""Check of a PDF in a subprocess, which prints its result in one word: `python home/media/pdf_check.py < a.pdf`.

qpdf (through pikepdf) parses all objects, and handles escaped names, encryption and object streams. It is C++ code that
reads untrusted files and keeps what it decompresses: 709 bytes can expand to 2 GB. So it runs in a process limited to
MOST_MEMORY and MOST_SECONDS (docs/decisions/0022). Does not import Django.
"""

import re
import resource
import sys
from collections.abc import Iterable
from io import BytesIO

import pikepdf
from pikepdf.settings import qpdf_limit_errors, set_qpdf_limits

SOUND, PROGRAM, TOO_MUCH, DAMAGED, LOCKED = "sound", "program", "too much", "damaged", "locked"
#: Bytes of the whole process, 40 MB of which are pikepdf. 100,000 objects take 200 MB and 1 s.
MOST_MEMORY, MOST_SECONDS = 512_000_000, 10
#: Limits per file: decompressed bytes of object streams, and their number. Each stream holds a hundred objects or more.
MOST_UNPACKED, MOST_STREAMS = 50_000_000, 10_000
#: Names that run something, or embed a file that is not checked.
NAMED = re.compile(rb"/(?:JavaScript|JS|Launch)(?=[\s()<>\[\]/]|$)")
#: A string as written by qpdf, with escaped parentheses.
TEXT = re.compile(rb"\((?:[^\\()]++|\\.)*+\)", re.DOTALL)


def any_spelling(name: bytes) -> bytes:
    """Return a pattern for a PDF name, in which any letter may be written as `#` and its code (ISO 32000-1, 7.3.5)."""
    return b"".join(b"(?:%c|(?i:#%02x))" % (letter, letter) for letter in name)


#: Names searched in raw bytes, image data included. Short names could occur there by chance.
LONG_NAMES = (b"JavaScript", b"Launch")
NAMED_SOMEWHERE = re.compile(b"/(?:" + b"|".join(map(any_spelling, LONG_NAMES)) + b")")


class TooMuch(Exception):
    """The PDF is too large to be checked within the limits."""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    set_qpdf_limits(flate_max_memory=MOST_UNPACKED)
    sys.stdout.write(what_it_holds(sys.stdin.buffer.read()))


def what_it_holds(content: bytes) -> str:
    try:
        with pikepdf.open(BytesIO(content), inherit_page_attributes=False) as pdf:
            return what_its_objects_hold(pdf, content)
    except pikepdf.PasswordError:
        return LOCKED
    except (MemoryError, TooMuch):
        return TOO_MUCH
    except pikepdf.PdfError:
        return what_its_bytes_hold(content)


def what_its_objects_hold(pdf: pikepdf.Pdf, content: bytes) -> str:
    """Check all objects, reachable from a page or not. Numbers and nulls are Python values without names."""
    objects = [one for one in pdf.objects if isinstance(one, pikepdf.Object)]
    if any(map(runs_something, objects)):
        return PROGRAM
    packed = unpacked(one for one in objects if packs_objects(one))
    complaints = [str(warning) for warning in pdf.get_warnings()]
    # qpdf skips objects that are nested too deep or exceed the memory, and one of them may be unsafe.
    if qpdf_limit_errors() or any("bad_alloc" in complaint for complaint in complaints):
        raise TooMuch
    doubtful = [content, *packed] if complaints else []
    return PROGRAM if any(map(NAMED_SOMEWHERE.search, doubtful)) else SOUND


def runs_something(one: pikepdf.Object) -> bool:
    """Return whether an object names a script or a command, outside its strings."""
    own = one.stream_dict if isinstance(one, pikepdf.Stream) else one
    written = own.unparse(resolved=True)
    return bool(NAMED.search(written) and NAMED.search(TEXT.sub(b"()", written)))


def packs_objects(one: pikepdf.Object) -> bool:
    return isinstance(one, pikepdf.Stream) and one.get("/Type") == "/ObjStm"


def unpacked(streams: Iterable[pikepdf.Object]) -> list[bytes]:
    """Return the content of object streams. qpdf has read them already, but does not report one over its limit."""
    held: list[bytes] = []
    room = MOST_UNPACKED
    for stream in streams:
        try:
            held.append(stream.read_bytes())
        except pikepdf.DataDecodingError as error:
            if "limit" in str(error):
                raise TooMuch from error
            raise
        room -= len(held[-1])
        if room < 0 or len(held) > MOST_STREAMS:
            raise TooMuch
    return held


def what_its_bytes_hold(content: bytes) -> str:
    """Check the raw bytes of a file that qpdf cannot parse. Without any object there is nothing to run."""
    if NAMED_SOMEWHERE.search(content):
        return PROGRAM
    return DAMAGED if b"obj" in content else SOUND


if __name__ == "__main__":
    main()
