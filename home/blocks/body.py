"""The StreamBlock used by the body of every page type."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail import blocks
from wagtail.admin.telepath import register
from wagtail.blocks.stream_block import StreamBlockAdapter

from home.blocks.gallery import GalleryBlock
from home.blocks.holes import hole_error
from home.blocks.links import CallToActionBlock, DownloadBlock, RelatedBlock
from home.blocks.media import EmbedBlock, ImageBlock, VideoBlock
from home.blocks.people import KeyFiguresBlock, SpeakersBlock, TableBlock
from home.blocks.programme import OutlineBlock, PracticalBlock, ProgrammeBlock
from home.blocks.rich_text import FLOWING, INLINE
from home.blocks.text import (
    AccordionBlock,
    HeadingBlock,
    HighlightBlock,
    ListBlock,
    NoticeBlock,
    ParagraphBlock,
    QuestionsBlock,
    QuoteBlock,
)
from home.blocks.unknown import UnknownBlock


class BodyBlock(blocks.StreamBlock):
    """Each block's name is also the name of its template in `components/blocks/`."""

    paragraph = ParagraphBlock(features=FLOWING)
    heading = HeadingBlock()
    list = ListBlock(features=FLOWING)
    highlight = HighlightBlock(features=INLINE)
    notice = NoticeBlock()
    quote = QuoteBlock()
    questions = QuestionsBlock()
    accordion = AccordionBlock()

    image = ImageBlock()
    gallery = GalleryBlock()
    video = VideoBlock()
    embed = EmbedBlock()

    call_to_action = CallToActionBlock()
    download = DownloadBlock()
    related = RelatedBlock()

    programme = ProgrammeBlock()
    outline = OutlineBlock()
    practical = PracticalBlock()

    speakers = SpeakersBlock()
    key_figures = KeyFiguresBlock()
    table = TableBlock()

    unknown = UnknownBlock(required=False)

    class Meta:
        template = "components/blocks/body.html"

    def clean(self, value: Any) -> Any:
        """Refuse to publish what is still to be written, beside what the blocks refuse themselves."""
        holes = None if self.is_deferred_validation else hole_error(self, value)
        left: dict[Any, ValidationError] = getattr(holes, "block_errors", {})
        try:
            cleaned = super().clean(value)
        except blocks.StreamBlockValidationError as refused:
            raise blocks.StreamBlockValidationError(
                block_errors=left | refused.block_errors,
                non_block_errors=refused.non_block_errors,
            ) from refused
        if holes:
            raise holes
        return cleaned


class BodyAdapter(StreamBlockAdapter):
    """Wagtail's stream of blocks, which also takes the titles and tables of what is pasted."""

    js_constructor = "home.blocks.Body"

    def js_args(self, block: BodyBlock) -> list[Any]:
        name, children, states, meta = super().js_args(block)
        return [name, children, states, meta | {"clipboard": reverse("convert_clipboard")}]

    @property
    def media(self) -> forms.Media:
        return super().media + forms.Media(js=["back_office/clipboard.js"])


register(BodyAdapter(), BodyBlock)
