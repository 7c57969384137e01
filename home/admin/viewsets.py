"""Wagtail viewsets: the images API and the snippet list of themes."""

from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.snippets.views.snippets import SnippetViewSet

from home.models import Theme

ORIGINAL = "download_url"


class PicturesAPIViewSet(ImagesAdminAPIViewSet):
    """Wagtail's images API without `download_url`: originals are private and have no URL."""

    meta_fields = [name for name in ImagesAdminAPIViewSet.meta_fields if name != ORIGINAL]
    listing_default_fields = [
        name for name in ImagesAdminAPIViewSet.listing_default_fields if name != ORIGINAL
    ]
    nested_default_fields = [
        name for name in ImagesAdminAPIViewSet.nested_default_fields if name != ORIGINAL
    ]


class ThemeViewSet(SnippetViewSet):
    model = Theme
    icon = "tag"
    menu_label = "Thèmes"
    menu_order = 400
    add_to_admin_menu = True
    list_display = ("name", "slug")
    search_fields = ("name",)
