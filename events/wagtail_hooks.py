"""Wagtail hooks of events; only registers what is defined elsewhere."""

from wagtail import hooks
from wagtail_modeladmin.options import modeladmin_register

from events.admin import (
    buttons,
    capacity_views,
    change_views,
    dashboard,
    editor_scripts,
    guide_chapters,
    people,
    protection,
    recaps,
    thanks_views,
    urls,
    year_figures,
)
from events.admin.registrations import RegistrationAdmin
from events.admin.reports import RecapReport
from events.admin.viewsets import EventListing
from events.models import event_form
from home.admin.desk import HOOK
from home.editor.chapters import HOOK as GUIDE_HOOK
from home.figures import answers

modeladmin_register(RegistrationAdmin)
hooks.register(GUIDE_HOOK, guide_chapters.chapters)
hooks.register("register_admin_viewset", EventListing)
hooks.register("register_admin_urls", urls.admin_urls)
hooks.register("register_reports_menu_item", RecapReport.menu_item)
hooks.register("register_admin_urls", RecapReport.urls)
hooks.register(answers.HOOK, year_figures.year_figures)
hooks.register("register_permissions", people.people_permission)
hooks.register("register_page_header_buttons", buttons.people_buttons)
hooks.register("register_page_header_buttons", buttons.recap_button)
hooks.register("register_page_header_buttons", buttons.notes_button)
hooks.register("register_page_header_buttons", buttons.thanks_button)
hooks.register("register_page_header_buttons", buttons.quotations_button)
hooks.register("after_publish_page", thanks_views.propose_thanks)
hooks.register("register_log_actions", recaps.register_log_actions)
for buttons_of in (buttons.edition_button, buttons.changes_button, buttons.move_button):
    hooks.register("register_page_header_buttons", buttons_of)
    hooks.register("register_page_listing_more_buttons", buttons_of)
hooks.register("before_publish_page", capacity_views.ask_before_publishing)
hooks.register("after_publish_page", change_views.propose_to_announce)
hooks.register("after_publish_page", event_form.warn_of_past)
hooks.register("after_create_page", event_form.warn_of_left_out)
hooks.register("after_edit_page", event_form.warn_of_left_out)
hooks.register("insert_editor_js", editor_scripts.session_choices)
hooks.register("insert_editor_js", editor_scripts.follow_script)
for card_of in (
    dashboard.week_card,
    dashboard.later_card,
    dashboard.changes_card,
    dashboard.recaps_card,
    dashboard.thanks_card,
):
    hooks.register(HOOK, card_of)
hooks.register("before_copy_page", protection.refuse_alias)
hooks.register("before_bulk_action", capacity_views.refuse_bulk_publication)
