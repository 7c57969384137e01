"""The agenda page: the index of all events, upcoming and past."""

from wagtail.admin.panels import FieldPanel

from home.models import BasePage
from home.models.urlconf import UrlconfMixin


class EventIndexPage(UrlconfMixin, BasePage):
    content_panels = [FieldPanel("title"), FieldPanel("lead")]
    part = "agenda"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["events.EventPage"]
    max_count = 1
    urlconf = "events.agenda.urls"
    kind_label = "Liste"
    is_content = False

    class Meta:
        verbose_name = "agenda"
