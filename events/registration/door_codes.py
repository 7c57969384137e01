"""The code that a registrant shows at the door, as text and as a drawing. It opens nothing and is no personal link."""

import segno
from django.utils.safestring import SafeString

from events.models import Registration
from home.markup import as_markup


def qr_text(registration: Registration) -> str:
    """Return what the code holds: the event, so that a door knows the codes of others, and who it is."""
    return f"ACCUEIL:{registration.event_id}:{registration.door_code}"


def qr_picture(text: str) -> SafeString:
    """Draw a QR code as SVG, dark on white in either theme, since cameras read it so."""
    drawing = segno.make(text, error="m", micro=False)
    svg = drawing.svg_inline(scale=5, border=4, light="#fff", omitsize=True, svgclass="qr-code")
    return as_markup(svg, because="segno draws it, of squares alone")
