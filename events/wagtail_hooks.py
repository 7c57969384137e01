"""Registrations of events with Wagtail: things defined elsewhere, nothing more."""

from wagtail import hooks
from wagtail_modeladmin.options import modeladmin_register

from events import guarding, menus, panels, places_views
from events.admin import RegistrationAdmin
from events.models import event_form
from events.viewsets import EventListing

modeladmin_register(RegistrationAdmin)
hooks.register("register_admin_viewset", EventListing)
hooks.register("register_admin_urls", menus.admin_urls)
hooks.register("register_page_header_buttons", menus.people_buttons)
hooks.register("register_page_header_buttons", menus.recap_button)
hooks.register("before_publish_page", places_views.ask_before_publishing)
hooks.register("after_publish_page", menus.propose_to_announce)
hooks.register("after_create_page", event_form.warn_of_left_out)
hooks.register("after_edit_page", event_form.warn_of_left_out)
hooks.register("construct_homepage_panels", panels.add_event_panels)
hooks.register("before_copy_page", guarding.refuse_alias)
hooks.register("before_delete_page", guarding.refuse_above_registrations)
hooks.register("before_unpublish_page", guarding.refuse_above_registrations)
hooks.register("before_bulk_action", guarding.refuse_in_bulk)
hooks.register("before_bulk_action", places_views.refuse_in_bulk)
