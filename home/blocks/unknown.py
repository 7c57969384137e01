"""The block that keeps a block which this site does not know, from an export of a newer one."""

from typing import Any

from wagtail import blocks


class UnknownBlock(blocks.TextBlock):
    """The YAML of a block of another site. Visitors see nothing of it; an export gives it back as it came."""

    class Meta:
        template = "components/blocks/unknown.html"
        icon = "help"
        label = "Bloc importé, inconnu de ce site"
        group = "Liens et documents"
        description = (
            "Ce qu’un site plus récent a exporté et que celui-ci ne sait pas montrer. Gardé tel quel, invisible pour les "
            "visiteurs."
        )
        preview_value = "block: frise\nvalue: {}\n"

    def get_searchable_content(self, value: Any) -> list[str]:
        return []
