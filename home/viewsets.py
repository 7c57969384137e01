"""Lists of the back office that are Wagtail's own."""

from wagtail.snippets.views.snippets import SnippetViewSet

from home.models import Theme


class ThemeViewSet(SnippetViewSet):
    model = Theme
    icon = "tag"
    menu_label = "Thèmes"
    menu_order = 400
    add_to_admin_menu = True
    list_display = ("name", "slug")
    search_fields = ("name",)
