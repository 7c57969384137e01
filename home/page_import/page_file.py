"""Parser of a whole page file: header, lead, blocks, media. Reads files, never the database."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from home.french import slugify_fr
from home.page_import import files
from home.page_import.body import MAX_BODY, BodyReader
from home.page_import.parsed_blocks import Block, FileRef
from home.page_import.refusal import ImportRefusal
from home.page_import.refused_markup import refuse_scripts
from home.page_import.rich_text import read_inline, rich, words
from home.page_import.yaml_table import MAX_HEADER, PARIS, Table, read_header

COMMON_KEYS = (
    "type",
    "title",
    "slug",
    "published",
    "updated",
    "lead",
    "themes",
    "speakers",
    "video",
    "documents",
    "gallery",
    "related",
)
SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


@dataclass(frozen=True)
class DocumentSpec:
    ref: FileRef
    title: str
    for_members: bool


@dataclass(frozen=True)
class SpeakerSpec:
    name: str
    role: str
    organisation: str
    url: str


@dataclass
class PageFile:
    """A parsed page file. Its media are validated here, and stored only when the page is made."""

    path: Path
    kind: str
    header: Table
    title: str
    slug: str
    published: datetime | None = None
    updated: date | None = None
    lead: str = ""
    themes: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    documents: list[DocumentSpec] = field(default_factory=list)
    pictures: list[FileRef] = field(default_factory=list)
    speakers: list[SpeakerSpec] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    #: Values of the keys specific to the page type, set by its maker.
    facts: Any = None

    @property
    def folder(self) -> Path:
        return self.path.parent

    def placed_documents(self) -> set[str]:
        """Return the names of the documents that the body places."""
        return {block.value["document"].name for block in self.blocks if block.kind == "download"}


def read_page_file(path: Path, kinds: tuple[str, ...]) -> PageFile:
    """Parse and validate a page file. Raise ImportRefusal with the line and the reason."""
    header_text, body_text, body_line = split_file(read_text(path))
    header = read_header(header_text, first_line=2)
    kind = header.text("type", required=True)
    if kind not in kinds:
        raise header.refuse("type", f"{kind!r} is none of {', '.join(kinds)}")
    title = header.text("title", required=True)
    file = PageFile(path, kind, header, title, read_slug(header, title))
    file.published = read_published(header)
    file.updated = header.day("updated")
    file.themes = read_themes(header)
    file.related = header.texts("related")
    file.speakers = [read_speaker(row) for row in header.tables("speakers")]
    file.documents = [read_document_spec(file, row) for row in header.tables("documents")]
    refuse_scripts(body_text, body_line)
    file.blocks = BodyReader(body_text, body_line, title).read()
    read_lead(file)
    place_media(file)
    return file


def read_text(path: Path) -> str:
    """Return the file's text: UTF-8 with or without BOM, any line endings, which become `\\n`."""
    most = MAX_HEADER + 4 * MAX_BODY
    if path.stat().st_size > most:
        raise ImportRefusal(1, f"file over {most} bytes: a body over 1 MB is refused")
    content = path.read_bytes()
    try:
        text = unicodedata.normalize("NFC", content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ImportRefusal(line, "not UTF-8") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise ImportRefusal(text.count("\n", 0, text.index("\0")) + 1, "a NUL character")
    return text


def split_file(text: str) -> tuple[str, str, int]:
    """Return the header, the body, and the number of the body's first line."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        raise ImportRefusal(1, "broken header: the first line must be ---")
    ends = [number for number, line in enumerate(lines[1:], start=1) if line.rstrip() == "---"]
    if not ends:
        raise ImportRefusal(1, "broken header: no line --- ends it")
    body = "\n".join(lines[ends[0] + 1 :])
    if len(body.encode()) > MAX_BODY:
        raise ImportRefusal(ends[0] + 2, "body over 1 MB")
    return "\n".join(lines[1 : ends[0]]), body, ends[0] + 2


def read_slug(header: Table, title: str) -> str:
    slug = header.text("slug")
    if not slug:
        slug = slugify_fr(title)[:255].strip("-")
    if not SLUG.fullmatch(slug):
        raise header.refuse("slug", f"{slug!r} is not an address: a-z, 0-9 and - only")
    return slug


def read_published(header: Table) -> datetime | None:
    moment = header.moment("published")
    if moment is None or isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time.min, tzinfo=PARIS)


def read_themes(header: Table) -> list[str]:
    themes = header.texts("themes")
    for theme in themes:
        if len(theme) > 80 or not slugify_fr(theme):
            raise header.refuse("themes", f"{theme!r} cannot be a theme")
    return themes


def read_speaker(row: Table) -> SpeakerSpec:
    row.allow("name", "role", "organisation", "url")
    return SpeakerSpec(
        row.text("name", required=True, most=120),
        row.text("role", most=160),
        row.text("organisation", most=160),
        row.address("url"),
    )


def read_document_spec(file: PageFile, row: Table) -> DocumentSpec:
    row.allow("file", "title", "audience")
    ref = FileRef(row.text("file", required=True), row.line_of("file"))
    files.read_document(file.folder, ref)
    audience = row.choice("audience", ("all", "members"), "all")
    return DocumentSpec(ref, row.text("title") or Path(ref.name).stem, audience == "members")


def read_lead(file: PageFile) -> None:
    """Set the lead from the header, else from the first paragraph, which is then removed from the body."""
    source = file.header.text("lead", most=5000)
    refuse_scripts(source, file.header.line_of("lead"))
    first = file.blocks[0] if file.blocks and file.blocks[0].kind == "paragraph" else None
    if source:
        file.lead = f"<p>{rich(read_inline(source, {}))}</p>"
    elif first:
        file.lead = first.value
    if first and words(first.value) == words(file.lead):
        file.blocks.pop(0)


def place_media(file: PageFile) -> None:
    """Fill the gallery, add the video, and validate every image and document that the blocks show."""
    gallery = [read_gallery_picture(row) for row in file.header.tables("gallery")]
    place_gallery(file, gallery)
    titles = {spec.ref.name: spec for spec in file.documents}
    for block in file.blocks:
        if block.kind == "download" and block.value["document"].name not in titles:
            name = block.value["document"].name
            files.locate(file.folder, block.value["document"])
            raise ImportRefusal(block.line, f"{name!r} is not among the documents of the header")
    shown = [block.value["image"]["image"] for block in file.blocks if block.kind == "image"]
    file.pictures = [picture["image"]["image"] for picture in gallery] + shown
    for ref in file.pictures:
        files.read_picture(file.folder, ref)
    if file.header.has("video"):
        file.blocks.insert(0, video_block(file.header.table("video")))


def place_gallery(file: PageFile, pictures: list[dict[str, dict[str, FileRef]]]) -> None:
    places = [block for block in file.blocks if block.kind == "gallery"]
    if places and not pictures:
        raise ImportRefusal(places[0].line, "{{ galerie }} without a gallery in the header")
    if len(places) > 1:
        raise ImportRefusal(places[1].line, "{{ galerie }} is repeated")
    if pictures and not places:
        places = [Block("gallery", None, file.header.line_of("gallery"))]
        file.blocks.append(places[0])
    for place in places:
        place.value = {"title": "", "pictures": pictures}


def read_gallery_picture(row: Table) -> dict:
    row.allow("file", "alt", "decorative", "caption", "credit")
    ref = FileRef(row.text("file", required=True), row.line_of("file"))
    alt, decorative = row.text("alt"), row.truth("decorative")
    if decorative and alt:
        raise row.refuse("decorative", "a decorative picture has no alt")
    image = {"image": ref, "decorative": decorative, "alt_text": alt}
    return {"image": image, "caption": row.text("caption"), "credit": row.text("credit", most=120)}


def video_block(row: Table) -> Block:
    row.allow("url", "length", "title", "transcript")
    url = row.address("url")
    if not url:
        raise row.refuse("url", "missing")
    transcript = row.long_text("transcript")
    refuse_scripts(transcript, row.line_of("transcript"))
    paragraphs = [rich(read_inline(part, {})) for part in re.split(r"\n\s*\n", transcript)]
    value = {
        "url": url,
        "title": row.text("title"),
        "length": row.text("length", most=40),
        "transcript": "".join(f"<p>{part}</p>" for part in paragraphs if part),
    }
    return Block("video", value, row.line)
