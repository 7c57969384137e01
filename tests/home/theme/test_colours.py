from home.models import SiteSettings
from home.theme.colours import rules


def test_colours_are_empty_without_custom_ones():
    assert rules(SiteSettings()) == ""


def test_colours_change_the_light_theme_only():
    assert rules(SiteSettings(colour_links="#123456")) == (
        "@media (prefers-color-scheme: light){:root{--marais:#123456;--panel:#123456;}}"
    )
