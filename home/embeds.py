"""The outside sites that a page may show in a frame, once the reader has asked for it.

Pure and closed: what is not in this table is a plain link. The addresses of the frames are computed here, so that
neither the editor's screen nor the public page asks anything of anyone.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Provider:
    """A site whose pages have a frame: how its addresses look, and what its frame's address is made of."""

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

#: For the `frame-src` of the content security policy.
FRAME_HOSTS = [f"https://{item.host}" for item in PROVIDERS]


def frame_of(url: str, providers: list[Provider] = PROVIDERS) -> Frame | None:
    """The frame that shows this address, or None when its site is not in the table."""
    for item in providers:
        match = item.pattern.match(url)
        if match:
            return Frame(item.name, item.frame.format(id=match["id"]))
    return None


def host_of(url: str) -> str:
    """The name of the site, as a reader knows it: without `www.`."""
    return (urlsplit(url).hostname or "").removeprefix("www.")
