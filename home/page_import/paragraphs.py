"""Recognition of special paragraphs: calls to action, placeholders of galleries and downloads, notices, quotes."""

import re
from collections.abc import Iterator

from home.page_import.parsed_blocks import Block, FileRef
from home.page_import.refusal import ImportRefusal
from home.page_import.rich_text import without_bold, words

#: Replaces `>>>` in the text. A private use character, which nobody types.
CALL = "\ue000"
PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*(?::\s*(.*?))?\s*\}\}")
TARGETS = {
    "inscription": "registration",
    "rejoindre": "join",
    "retour": "previous_recap",
    None: "none",
}
NOTICES = [
    ("nb", re.compile(r"(?:NB|N\.B\.|Nota bene)\s*:", re.IGNORECASE)),
    (
        "deadline",
        re.compile(r"(?:la )?date limite\b|(?:inscriptions? )?avant le \d", re.IGNORECASE),
    ),
    (
        "restricted",
        re.compile(
            r"(?:\w+ ){0,3}réservée?s? (?:exclusivement )?aux (?:membres|adhérent)", re.IGNORECASE
        ),
    ),
    ("alert", re.compile(r"(?:attention|important)\s*[:!]", re.IGNORECASE)),
]
LONGEST_NOTICE = 300

_NAME = r"[A-ZÀ-ÖØ-Þ][\w’'-]+(?: (?:(?:de|du|des|le|la) )?(?:d[’'])?[A-ZÀ-ÖØ-Þ][\w’'-]+)+"
VERB = (
    r"(?:souligne|explique|rappelle|raconte|précise|ajoute|conclut|confie|témoigne|affirme|résume|insiste|"
    r"déclare|indique|observe|constate|estime|poursuit|dit|"
    r"(?:a |avait )(?:souligné|expliqué|rappelé|raconté|précisé|ajouté|conclu|confié|témoigné|affirmé|résumé|"
    r"insisté|déclaré|indiqué|observé|constaté|estimé|poursuivi|dit))"
)
SAID_BY = re.compile(rf"{VERB} ({_NAME})")
SAID_AFTER = re.compile(rf"\s*,?\s*{VERB} ({_NAME})(?:,\s*(.{{2,160}}?))?\s*\.?")
ACCORDING_TO = re.compile(rf"((?:Pour|Selon|D[’']après) ({_NAME})\s*,)\s*(?=[«“])")
REPORTED = re.compile(r"[«“][^»”]{20,}.*[»”]", re.DOTALL)


def split_lines(content: str) -> Iterator[tuple[int, str]]:
    """Split a paragraph at placeholder lines and calls to action. Yield (line offset, text)."""
    run: list[str] = []
    start = 0
    for offset, line in enumerate(content.split("\n")):
        alone = bool(PLACEHOLDER.fullmatch(line.strip()))
        if run and (alone or line.startswith(CALL)):
            yield start, "\n".join(run)
            run = []
        if alone:
            yield offset, line.strip()
            continue
        if not run:
            start = offset
        run.append(line)
    if run:
        yield start, "\n".join(run)


def typed_paragraph(html: str, source: str, line: int) -> Iterator[Block]:
    """Yield the blocks of one paragraph. `source` is its Markdown, where file names are unescaped."""
    if not html:
        return
    placeholder = PLACEHOLDER.search(source)
    if placeholder:
        yield placeholder_block(placeholder, source, line)
    elif html.startswith(CALL):
        yield call_block(html.removeprefix(CALL).strip(), line)
    elif linked_call(html):
        yield from around_linked_call(html, line)
    else:
        yield notice(html, line) or quotation(html, line) or plain(html, line)


def placeholder_block(match: re.Match[str], source: str, line: int) -> Block:
    if match[0] != source.strip():
        raise ImportRefusal(line, f"{match[0]} must be in its own paragraph")
    if match[1] == "galerie" and match[2] is None:
        return Block("gallery", None, line)
    if match[1] == "document" and match[2]:
        return Block("download", {"document": FileRef(match[2], line), "title": ""}, line)
    raise ImportRefusal(line, f"{match[0]} is not a known placeholder")


LINKED_CALL = re.compile(r'<a href="([^"]*)">\s*(?:&gt;){3}\s*(.*?)</a>')
ONE_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>')


def linked_call(html: str) -> bool:
    return bool(LINKED_CALL.search(html))


def around_linked_call(html: str, line: int) -> Iterator[Block]:
    """Yield a call to action for each link whose label starts with `>>>`, and paragraphs for the text around it."""
    match = LINKED_CALL.search(html)
    if match is None:
        yield plain(html, line)
        return
    before, after = html[: match.start()].strip(), html[match.end() :].strip()
    if before:
        yield plain(before, line)
    yield call_block(f'<a href="{match[1]}">{match[2]}</a>', line)
    if after:
        yield from around_linked_call(after, line)


def call_block(html: str, line: int) -> Block:
    """Return a call to action. Its target is `{…}`, else its only link, else none: it is then shown as plain text."""
    match = re.match(r"\{\s*([\w-]+)\s*\}\s*", html)
    name = match[1] if match else None
    if name not in TARGETS:
        raise ImportRefusal(line, f"{{{name}}} is not a known target")
    label = html[match.end() :] if match else html
    target, url = TARGETS[name], ""
    links = ONE_LINK.findall(label)
    if target == "none" and len(links) == 1 and re.match(r"https?://", links[0][0]):
        target, url = "external", links[0][0].replace("&amp;", "&")
    if target != "none":
        label = ONE_LINK.sub(r"\2", label)
    if not words(label).strip():
        raise ImportRefusal(line, "call to action without text")
    value = {
        "label": f"<p>{label}</p>",
        "target": target,
        "page": None,
        "document": None,
        "url": url,
    }
    return Block("call_to_action", value, line)


def notice(html: str, line: int) -> Block | None:
    text = words(html)
    for kind, pattern in NOTICES:
        if pattern.match(text) and len(text) <= LONGEST_NOTICE:
            return Block("notice", {"kind": kind, "text": f"<p>{html}</p>"}, line)
    return None


def quotation(html: str, line: int) -> Block | None:
    """Return a quote if reported speech fills the paragraph, with its author if the paragraph names one."""
    bare = re.sub(r"</?i>", "", html)
    introduction = ACCORDING_TO.match(words(bare))
    opening = introduction[1] if introduction else ""
    if not bare.startswith(opening):
        return None
    said = bare.removeprefix(opening).strip()
    reported = REPORTED.match(words(said))
    if reported is None:
        return None
    rest = words(said)[reported.end() :].strip()
    after = SAID_AFTER.fullmatch(rest)
    if rest not in ("", ".") and after is None:
        return None
    within = SAID_BY.search(reported[0])
    named = introduction[2] if introduction else after[1] if after else within[1] if within else ""
    value = {
        "introduction": opening,
        "text": f"<p>{said}</p>",
        "author": named,
        "role": (after[2] or "") if after else "",
        "source": "",
    }
    return Block("quote", value, line)


def plain(html: str, line: int) -> Block:
    """Return a paragraph, or a highlight if it is a sentence entirely in bold."""
    whole = re.fullmatch(r"<b>(?:(?!<b>).)*[.!?…]</b>", html)
    if whole and len(words(html)) >= 30:
        return Block("highlight", f"<p>{without_bold(html)}</p>", line)
    return Block("paragraph", f"<p>{html}</p>", line)
