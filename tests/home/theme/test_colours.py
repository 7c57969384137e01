from home.models import SiteSettings
from home.theme.colours import rules


def test_colours_say_nothing_when_staff_kept_the_site_s_own():
    assert rules(SiteSettings()) == ""


def test_colours_replace_those_of_the_day_only():
    assert rules(SiteSettings(colour_links="#123456")) == (
        "@media (prefers-color-scheme: light){:root{--marais:#123456;--panel:#123456;}}"
    )
