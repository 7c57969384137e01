"""Wagtail hooks of the home app."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.snippets.models import register_snippet
from wagtail_modeladmin.options import modeladmin_register

from home.admin import MailGroup, register_log_actions
from home.admin.checklist import refuse_unready_pages, show_checklist, tell_what_is_left
from home.admin.clipboard import convert_clipboard
from home.admin.copies import open_copy
from home.admin.dashboard import (
    add_desk,
    drafts_card,
    freshness_card,
    mail_card,
    privacy_card,
)
from home.admin.desk import HOOK
from home.admin.gallery import GalleryUpload
from home.admin.page_folders import export_button, export_page
from home.admin.page_guards import refuse_bulk_acts
from home.admin.reports import year_figures
from home.admin.reports.card import quality_card
from home.admin.reports.counts import SearchReport, VisitReport
from home.admin.reports.lacks import DocumentReport, PictureReport
from home.admin.reports.links import LinkReport
from home.admin.reviews import postpone_review, reviews_card
from home.admin.viewsets import PicturesAPIViewSet, ThemeViewSet
from home.editor import chapters
from home.editor.guide import guide, guide_picture
from home.editor.userbar import use_site_checker
from home.figures import answers
from home.figures.publications import home_figures
from home.privacy.page_moves import (
    refuse_private_pictures,
    refuse_public_copy,
    refuse_public_move,
    refuse_public_moves,
)
from home.privacy.refusals import explain_refusal

modeladmin_register(MailGroup)
register_snippet(ThemeViewSet)
hooks.register("register_log_actions", register_log_actions)
hooks.register(chapters.HOOK, chapters.chapters)
for card_of in (privacy_card, freshness_card, mail_card, drafts_card, reviews_card, quality_card):
    hooks.register(HOOK, card_of)
# Before Wagtail's own check, which redirects everyone to the log-in page.
hooks.register("on_serve_page", explain_refusal, order=-1)
hooks.register("before_copy_page", refuse_public_copy)
hooks.register("after_copy_page", open_copy)
hooks.register("before_move_page", refuse_public_move)
hooks.register("before_bulk_action", refuse_bulk_acts)
hooks.register("before_bulk_action", refuse_public_moves)
hooks.register("before_bulk_action", refuse_private_pictures)
hooks.register("construct_homepage_panels", add_desk)
hooks.register("before_bulk_action", refuse_unready_pages)
hooks.register("after_publish_page", tell_what_is_left)
hooks.register("construct_wagtail_userbar", use_site_checker)

#: Wagtail's guide and release notes: in English and on another site.
FOREIGN_HELP = ("whats-new-in-wagtail", "editor-guide")


@hooks.register("register_admin_urls")
def register_guide() -> list[URLPattern]:
    return [
        path("guide/", guide, name="editor_guide"),
        path("guide/images/<slug:name>.webp", guide_picture, name="editor_guide_picture"),
    ]


@hooks.register("register_admin_urls")
def register_reviews() -> list[URLPattern]:
    return [path("relectures/<int:pk>/", postpone_review, name="home_postpone_review")]


@hooks.register("register_admin_urls")
def register_gallery() -> list[URLPattern]:
    return [
        path("galerie/photo/", GalleryUpload.as_view(), name="gallery_upload"),
        path("coller/", convert_clipboard, name="convert_clipboard"),
        path("pages/<int:pk>/exporter/", export_page, name="export_page"),
    ]


for menu in ("register_page_listing_more_buttons", "register_page_header_buttons"):
    hooks.register(menu, export_button)


REPORTS = (LinkReport, PictureReport, DocumentReport, SearchReport, VisitReport)

for report in REPORTS:
    hooks.register("register_reports_menu_item", report.menu_item)
    hooks.register("register_admin_urls", report.urls)

hooks.register("register_reports_menu_item", year_figures.menu_item)
hooks.register("register_admin_urls", year_figures.urls)
hooks.register(answers.HOOK, home_figures)


@hooks.register("register_admin_urls")
def register_checklist() -> list[URLPattern]:
    return [path("avant-de-publier/<int:pk>/", show_checklist, name="page_checklist")]


@hooks.register("insert_editor_js")
def wait_for_the_draft() -> str:
    return format_html('<script src="{}"></script>', static("back_office/publishing.js"))


@hooks.register("insert_editor_js")
def open_ends_on_their_start() -> str:
    return format_html('<script src="{}"></script>', static("back_office/end_dates.js"))


@hooks.register("register_help_menu_item")
def register_guide_menu_item() -> MenuItem:
    return MenuItem(
        "Guide de rédaction", reverse("editor_guide"), name="guide", icon_name="help", order=100
    )


@hooks.register("construct_help_menu")
def keep_our_help(request: HttpRequest, items: list[Any]) -> None:
    items[:] = [item for item in items if not item.name.startswith(FOREIGN_HELP)]


@hooks.register("construct_admin_api", order=1)
def describe_pictures_without_their_originals(router: WagtailAPIRouter) -> None:
    router.register_endpoint("images", PicturesAPIViewSet)


@hooks.register("construct_settings_menu")
def hide_sites(request: HttpRequest, items: list[Any]) -> None:
    items[:] = [item for item in items if item.name != "sites"]
