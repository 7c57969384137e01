"""Text that is markup already: the one door to it, so that every use says why it may pass."""

from django.utils.safestring import SafeString, mark_safe


def as_markup(html: str, *, because: str) -> SafeString:
    """`html` as it is, unescaped. `because` says who escaped or cleaned it, to whoever reads the call."""
    if not because:
        raise ValueError("Markup passes for a reason.")
    return mark_safe(html)  # noqa: S308 -- this is the door
