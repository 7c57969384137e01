"""Iframes of other sites: the closed table of providers, and the Content-Security-Policy."""

import pytest
from django.conf import settings

from home.embeds import FRAME_HOSTS, VIDEO_PROVIDERS, Frame, frame_of, host_of


@pytest.mark.parametrize(
    ("address", "frame"),
    [
        (
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=3",
            Frame("YouTube", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        ),
        (
            "https://youtu.be/dQw4w9WgXcQ",
            Frame("YouTube", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        ),
        (
            "https://vimeo.com/76979871",
            Frame("Vimeo", "https://player.vimeo.com/video/76979871?dnt=1"),
        ),
        (
            "https://framatube.org/w/9c9de5e8-0a1e-484a",
            Frame("Framatube", "https://framatube.org/videos/embed/9c9de5e8-0a1e-484a"),
        ),
        (
            "https://umap.openstreetmap.fr/fr/map/tiers-lieux_12",
            Frame("uMap", "https://umap.openstreetmap.fr/fr/map/tiers-lieux_12"),
        ),
        ("http://youtu.be/dQw4w9WgXcQ", None),
        ("https://youtu.be.example.org/dQw4w9WgXcQ", None),
        ("https://example.org/https://youtu.be/dQw4w9WgXcQ", None),
        ('https://youtube.com/watch?v="><script>', None),
        ("javascript:alert(1)//https://youtu.be/dQw4w9WgXcQ", None),
    ],
)
def test_only_addresses_of_the_table_have_a_frame(address, frame):
    """A41."""
    assert frame_of(address) == frame


def test_a_map_is_not_a_video():
    assert frame_of("https://umap.openstreetmap.fr/fr/map/a_1", VIDEO_PROVIDERS) is None


def test_the_policy_allows_the_frames_of_the_table_only():
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["frame-src"]

    assert policy == list(FRAME_HOSTS)


def test_host_of_omits_www():
    assert host_of("https://www.example.org/a") == "example.org"
