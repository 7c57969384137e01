"""Wagtail hooks of the directory. The functions are defined in their packages."""

from wagtail import hooks
from wagtail_modeladmin.options import modeladmin_register

from directory.admin import NetworkGroup, register_log_actions
from directory.admin.dashboard import (
    add_card_openings_panel,
    add_join_requests_panel,
    add_messages_to_review_panel,
    add_reported_messages_panel,
)
from directory.admin.urls import admin_urls
from directory.departures.activity import note_visits
from directory.section.invitation_views import through_its_invitation

modeladmin_register(NetworkGroup)
hooks.register("register_log_actions", register_log_actions)
hooks.register("construct_homepage_panels", add_join_requests_panel)
hooks.register("construct_homepage_panels", add_messages_to_review_panel)
hooks.register("construct_homepage_panels", add_reported_messages_panel)
hooks.register("construct_homepage_panels", add_card_openings_panel)
hooks.register("before_serve_document", through_its_invitation)
hooks.register("register_admin_urls", admin_urls)
hooks.register("on_serve_page", note_visits)
