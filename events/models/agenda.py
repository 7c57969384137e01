"""The agenda: every event of the network, coming and past."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.panels import FieldPanel

from home.models import BasePage


class EventIndexPage(BasePage):
    content_panels = [FieldPanel("title"), FieldPanel("lead")]
    part = "agenda"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["events.EventPage"]
    max_count = 1
    kind_label = "Liste"
    is_content = False

    class Meta:
        verbose_name = "agenda"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from events.agenda.listing import agenda_for  # noqa: PLC0415 -- wagtail hook

        agenda = agenda_for(request.user, request.GET, title=self.title, now=timezone.now())
        return super().get_context(request, *args, **kwargs) | {
            "agenda": agenda,
            "filters": agenda.filters,
            "list_title": agenda.title,
            "page_obj": agenda.past_page,
        }
