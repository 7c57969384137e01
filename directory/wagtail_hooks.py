"""Wagtail hooks of the directory. The functions are defined in their packages."""

from wagtail import hooks
from wagtail_modeladmin.options import modeladmin_register

from directory.admin import NetworkGroup, guide_chapters, register_log_actions
from directory.admin.dashboard import messages_card, openings_card, requests_card
from directory.admin.monday import MondayPanel
from directory.admin.urls import admin_urls
from directory.admin.year_figures import members_known, year_figures
from directory.departures.activity import note_visits
from directory.section.invitation_views import through_its_invitation
from home.admin.desk import HOOK
from home.editor.chapters import HOOK as GUIDE_HOOK
from home.figures import answers, known_people

modeladmin_register(NetworkGroup)
hooks.register("register_log_actions", register_log_actions)
hooks.register(GUIDE_HOOK, guide_chapters.chapters)
for card_of in (requests_card, messages_card, openings_card):
    hooks.register(HOOK, card_of)
hooks.register(answers.HOOK, year_figures)
hooks.register(known_people.HOOK, members_known)
hooks.register("register_account_settings_panel", MondayPanel)
hooks.register("before_serve_document", through_its_invitation)
hooks.register("register_admin_urls", admin_urls)
hooks.register("on_serve_page", note_visits)
