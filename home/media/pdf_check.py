"""Says in one word what a PDF holds, in a process of its own: `python home/media/pdf_check.py < a.pdf`.

qpdf, which pikepdf drives, reads every object: escaped names, encryption and packed objects are its business. It is C++
reading the files of strangers, and it keeps what it unpacks: 709 bytes can hold 2 GB. Hence a process that may not
outgrow MOST_MEMORY and MOST_SECONDS (docs/decisions/0022). Nothing of Django is read here.
"""

import re
import resource
import sys
from collections.abc import Iterable
from io import BytesIO

import pikepdf
from pikepdf.settings import qpdf_limit_errors, set_qpdf_limits

SOUND, PROGRAM, TOO_MUCH, DAMAGED, LOCKED = "sound", "program", "too much", "damaged", "locked"
#: Bytes of the whole process, 40 MB of which are pikepdf. 100,000 objects take 200 MB and a second.
MOST_MEMORY, MOST_SECONDS = 512_000_000, 10
#: Of one file: bytes that packed objects unpack to, and streams of them, each of which holds a hundred or more.
MOST_UNPACKED, MOST_STREAMS = 50_000_000, 10_000
#: What runs something, or carries a file that nothing here looks into.
NAMED = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|EF|RichMedia|XFA)(?=[\s()<>\[\]/]|$)")
#: A text as qpdf writes it: the brackets inside are escaped.
TEXT = re.compile(rb"\((?:[^\\()]++|\\.)*+\)", re.DOTALL)


def any_spelling(name: bytes) -> bytes:
    """The pattern of a name in a PDF, of which any letter may be written as its number (ISO 32000-1, 7.3.5)."""
    return b"".join(b"(?:%c|(?i:#%02x))" % (letter, letter) for letter in name)


#: In bytes of any kind, a picture's too, where the short names may stand by chance.
LONG_NAMES = (b"JavaScript", b"Launch", b"EmbeddedFile", b"RichMedia")
NAMED_SOMEWHERE = re.compile(b"/(?:" + b"|".join(map(any_spelling, LONG_NAMES)) + b")")


class TooMuch(Exception):
    """It holds more than can be looked through."""


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
    """Every object, whether or not a page leads to it. Numbers and nulls come as Python values, which name nothing."""
    objects = [one for one in pdf.objects if isinstance(one, pikepdf.Object)]
    if any(map(runs_something, objects)):
        return PROGRAM
    packed = unpacked(one for one in objects if packs_objects(one))
    complaints = [str(warning) for warning in pdf.get_warnings()]
    # qpdf goes on without an object that nests too deep or finds no memory left: it may be the one.
    if qpdf_limit_errors() or any("bad_alloc" in complaint for complaint in complaints):
        raise TooMuch
    doubtful = [content, *packed] if complaints else []
    return PROGRAM if any(map(NAMED_SOMEWHERE.search, doubtful)) else SOUND


def runs_something(one: pikepdf.Object) -> bool:
    """Whether it names a script, a command or an enclosed file; a text may speak of them."""
    own = one.stream_dict if isinstance(one, pikepdf.Stream) else one
    written = own.unparse(resolved=True)
    return bool(NAMED.search(written) and NAMED.search(TEXT.sub(b"()", written)))


def packs_objects(one: pikepdf.Object) -> bool:
    return isinstance(one, pikepdf.Stream) and one.get("/Type") == "/ObjStm"


def unpacked(streams: Iterable[pikepdf.Object]) -> list[bytes]:
    """What they hold. qpdf has read them already, and kept quiet about one too large for it."""
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
    """Of a file in which qpdf finds no document. Where there is no object at all, there is nothing to run."""
    if NAMED_SOMEWHERE.search(content):
        return PROGRAM
    return DAMAGED if b"obj" in content else SOUND


if __name__ == "__main__":
    main()
