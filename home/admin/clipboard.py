"""Conversion of what an editor pastes into blocks of a page's body."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST
from wagtail.blocks import Block

from home.blocks import BodyBlock
from home.page_folders.clipboard import read_clipboard

#: In characters: some three hundred pages of Word.
LONGEST = 2_000_000
TOO_LONG = "Ce texte est trop long pour être collé d’un coup\u00a0: collez-le par parties."


@require_POST
def convert_clipboard(request: HttpRequest) -> JsonResponse:
    """Return the blocks as the editor's state of each, and in French what was not kept. Nothing is written."""
    html = request.POST.get("html", "")
    if len(html) > LONGEST:
        return JsonResponse({"error": TOO_LONG}, status=413)
    pasted = read_clipboard(html)
    kinds = BodyBlock().child_blocks
    blocks = [
        {"type": one["type"], "value": state_of(kinds[one["type"]], one["value"])}
        for one in pasted.blocks
    ]
    told = f"Non collé\u00a0: {', '.join(pasted.losses)}." if pasted.losses else ""
    return JsonResponse({"blocks": blocks, "told": told})


def state_of(block: Block, value: Any) -> Any:
    return block.get_form_state(block.to_python(value))
