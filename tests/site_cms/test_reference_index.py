"""« Utilisation » in the back office counts content. What visitors write is no content, and costs no task."""

import pytest
from wagtail import hooks
from wagtail.models import Page, ReferenceIndex

CONTENT = {
    "directory.Invitation",
    "directory.Member",
    "directory.Organisation",
    "directory.Territory",
    "events.EventAttachment",
    "events.Session",
    "home.PageTheme",
    "home.RelatedPage",
    "home.SiteDocument",
    "home.SiteImage",
}


@pytest.mark.usefixtures("db")
def test_only_content_is_followed():
    hooks.search_for_hooks()  # each list of the back office has its model followed

    followed = {
        model._meta.label
        for model in ReferenceIndex.tracked_models
        if not issubclass(model, Page) and model._meta.app_label in ("home", "events", "directory")
    }

    assert followed == CONTENT
