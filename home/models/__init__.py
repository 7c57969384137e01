"""Models of the home app."""

from home.models.base import BasePage
from home.models.counts import EmptySearch, VisitCount
from home.models.figures import YearFigures
from home.models.freshness_check import FreshnessCheck
from home.models.heartbeat import Heartbeat
from home.models.lacks import PageLack
from home.models.links import ExternalAddress, PageAnchor, PageLink
from home.models.mail import OutgoingEmail
from home.models.media import SiteDocument, SiteImage, SiteRendition
from home.models.news import NewsIndexPage, NewsKind, NewsPage
from home.models.newsletter import Consent, Subscriber
from home.models.pages import HomePage, LegalKind, LegalPage, StandardPage
from home.models.privacy_check import PrivacyCheck
from home.models.resources import ResourceIndexPage, ResourcePage
from home.models.review import PageReview
from home.models.search import SearchEntry
from home.models.settings import SiteSettings
from home.models.share_images import ShareImage
from home.models.themes import PageTheme, RelatedPage, Theme

__all__ = [
    "BasePage",
    "Consent",
    "EmptySearch",
    "ExternalAddress",
    "FreshnessCheck",
    "Heartbeat",
    "HomePage",
    "LegalKind",
    "LegalPage",
    "NewsIndexPage",
    "NewsKind",
    "NewsPage",
    "OutgoingEmail",
    "PageAnchor",
    "PageLack",
    "PageLink",
    "PageReview",
    "PageTheme",
    "PrivacyCheck",
    "RelatedPage",
    "ResourceIndexPage",
    "ResourcePage",
    "SearchEntry",
    "ShareImage",
    "SiteDocument",
    "SiteImage",
    "SiteRendition",
    "SiteSettings",
    "StandardPage",
    "Subscriber",
    "Theme",
    "VisitCount",
    "YearFigures",
]
