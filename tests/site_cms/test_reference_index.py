"""Wagtail's reference index (« Utilisation ») tracks content only; visitors' data must not enqueue its tasks."""

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
def test_only_content_is_tracked():
    hooks.search_for_hooks()  # registering an admin list adds its model to the index

    followed = {
        model._meta.label
        for model in ReferenceIndex.tracked_models
        if not issubclass(model, Page) and model._meta.app_label in ("home", "events", "directory")
    }

    assert followed == CONTENT
