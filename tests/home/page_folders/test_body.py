"""Exported bodies: Markdown where it reads back as the same blocks, else YAML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from home.page_folders.body import BodyText, body_text


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ({"type": "heading", "value": {"text": "Venir"}}, "## Venir"),
        ({"type": "heading", "value": {"text": "À *pied*", "level": "4"}}, "#### À \\*pied\\*"),
        ({"type": "paragraph", "value": "Un\n\nDeux"}, "<!-- paragraph -->\n\nUn\n\nDeux\n\n<!-- /paragraph -->"),
        ({"type": "paragraph", "value": "- Un"}, "<!-- paragraph -->\n\n- Un\n\n<!-- /paragraph -->"),
        ({"type": "list", "value": "- Un"}, "- Un"),
        ({"type": "quote", "value": {"text": "Un\n\nDeux", "author": "C. R."}}, "> Un\n>\n> Deux\n>\n> — C. R."),
        (
            {"type": "image", "value": {"image": {"image": "media/a.jpg", "alt_text": "[x]"}, "caption": 'Un "b"'}},
            '![\\[x\\]](media/a.jpg "Un \\"b\\"")',
        ),
        ({"type": "download", "value": {"document": "media/a.pdf"}}, "{{ document: media/a.pdf }}"),
        ({"type": "paragraph", "value": "{{ document: x }}"}, "<!-- paragraph -->\n\n{{ document: x }}\n\n<!-- /paragraph -->"),
        ({"type": "heading", "value": {"text": "a", "level": "h2"}}, "```yaml\nblock: heading\nvalue:\n  text: a\n  level: h2\n```"),
        ({"type": "frise", "value": ["```"]}, "````yaml\nblock: frise\nvalue:\n- '```'\n````"),
    ],
)  # fmt: skip
def test_a_block_is_written_and_read(item, text):
    written = body_text([item])

    assert written == f"{text}\n\n"
    assert BodyText(written).items() == [item]


def test_lists_side_by_side_stay_two():
    items = [{"type": "list", "value": "- Un"}, {"type": "list", "value": "- Deux"}]

    assert body_text(items) == "- Un\n\n<!-- -->\n\n- Deux\n\n"
    assert BodyText(body_text(items)).items() == items


@pytest.mark.parametrize("text", ["\x85Venir", "a\x85b", "a\u2028b\nc", "\u2029"])
def test_rare_ends_of_lines_come_back(text):
    items = [
        {"type": "heading", "value": {"text": ""}},
        {"type": "heading", "value": {"text": text}},
    ]

    assert BodyText(body_text(items)).items() == items


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(
    st.lists(
        st.tuples(st.sampled_from(["paragraph", "list", "heading", "quote", "frise"]), TEXTS),
        max_size=4,
    )
)
def test_any_text_comes_back_as_it_was(pairs):
    items = [
        {"type": kind, "value": {"text": text} if kind in ("heading", "quote") else text}
        for kind, text in pairs
    ]

    assert BodyText(body_text(items)).items() == items
