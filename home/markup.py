"""The only place that marks text as safe HTML, so that each use gives its reason."""

from django.utils.safestring import SafeString, mark_safe


def as_markup(html: str, *, because: str) -> SafeString:
    """Return `html` marked as safe, unescaped. `because` tells reviewers where it was escaped or cleaned.

    Raise ValueError if `because` is empty.
    """
    if not because:
        raise ValueError("Markup passes for a reason.")
    return mark_safe(html)  # noqa: S308 -- the single exception
