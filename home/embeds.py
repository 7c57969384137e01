"""Providers of embedded content. An iframe loads only when the reader clicks.

Any other site becomes a plain link. Iframe URLs are computed from this table rather than fetched by oEmbed, so that
neither the editor nor the public page makes a request to a third party.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Provider:
    """An embeddable site: the pattern of its page URLs, the format of its iframe URLs, and their host."""

    name: str
    pattern: re.Pattern[str]
    frame: str
    host: str


@dataclass(frozen=True)
class Frame:
    provider: str
    src: str


def provider(name: str, host: str, pattern: str, frame: str) -> Provider:
    return Provider(
        name, re.compile(rf"https://{pattern}", re.ASCII), f"https://{host}{frame}", host
    )


VIDEO_PROVIDERS = [
    provider(
        "YouTube",
        "www.youtube-nocookie.com",
        r"(?:(?:www\.|m\.)?youtube\.com/(?:watch\?(?:[^#]*&)?v=|live/|shorts/|embed/)|youtu\.be/)(?P<id>[\w-]{6,20})",
        "/embed/{id}",
    ),
    provider(
        "Vimeo",
        "player.vimeo.com",
        r"(?:www\.|player\.)?vimeo\.com/(?:video/)?(?P<id>\d{5,12})",
        "/video/{id}?dnt=1",
    ),
    provider(
        "Dailymotion",
        "geo.dailymotion.com",
        r"(?:(?:www\.)?dailymotion\.com/(?:embed/)?video|dai\.ly)/(?P<id>[a-zA-Z0-9]{5,12})",
        "/player.html?video={id}",
    ),
    provider(
        "Framatube",
        "framatube.org",
        r"framatube\.org/(?:w|videos/watch|videos/embed)/(?P<id>[\w-]{10,40})",
        "/videos/embed/{id}",
    ),
]
OTHER_PROVIDERS = [
    provider(
        "OpenStreetMap",
        "www.openstreetmap.org",
        r"www\.openstreetmap\.org/export/embed\.html\?(?P<id>[\w.,%&;=-]{10,400})$",
        "/export/embed.html?{id}",
    ),
    provider(
        "uMap",
        "umap.openstreetmap.fr",
        r"umap\.openstreetmap\.fr/fr/map/(?P<id>[\w-]{1,120})",
        "/fr/map/{id}",
    ),
    provider(
        "Arte Radio",
        "www.arteradio.com",
        r"www\.arteradio\.com/(?:son|embed)/(?P<id>\d{3,12})",
        "/embed/{id}",
    ),
    provider(
        "Genially",
        "view.genial.ly",
        r"view\.genial(?:ly\.com|\.ly)/(?P<id>[\da-f]{24})",
        "/{id}",
    ),
]
PROVIDERS = [*VIDEO_PROVIDERS, *OTHER_PROVIDERS]

#: Sources for `frame-src` in the Content-Security-Policy.
FRAME_HOSTS = [f"https://{item.host}" for item in PROVIDERS]


def frame_of(url: str, providers: list[Provider] = PROVIDERS) -> Frame | None:
    """Return the iframe for a page URL, or None if no provider matches."""
    for item in providers:
        match = item.pattern.match(url)
        if match:
            return Frame(item.name, item.frame.format(id=match["id"]))
    return None


def host_of(url: str) -> str:
    """Return the host of a URL without `www.`, for display."""
    return (urlsplit(url).hostname or "").removeprefix("www.")
