"""Scripts of the page editor."""

from django.templatetags.static import static
from django.utils.html import format_html


def session_choices() -> str:
    """Let questions be tied to sessions added in the same sitting (hook `insert_editor_js`)."""
    return format_html('<script src="{}"></script>', static("back_office/session_choices.js"))


def follow_script() -> str:
    """Say after an autosave that sessions have not followed a new start (hook `insert_editor_js`)."""
    return format_html('<script src="{}"></script>', static("back_office/follow.js"))
