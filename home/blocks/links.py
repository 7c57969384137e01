"""Link blocks: calls to action, downloads, related pages."""

from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString
from wagtail import blocks
from wagtail.documents import get_document_model
from wagtail.models import Page

from home.blocks.choosers import CardChooser, DocumentChooser, PageChooser
from home.blocks.rich_text import RichBlock, as_html, without_links
from home.prefetch.page_objects import page_objects_of
from home.prefetch.parts import parts_of

GROUP = "Liens et documents"


class CallToActionBlock(blocks.StructBlock):
    """A call to action. Some targets depend on the page: its own form, the previous recap."""

    label = RichBlock(label="Texte", features=["bold", "italic", "link"])
    target = blocks.ChoiceBlock(
        search_index=False,
        label="Mène à",
        choices=[
            ("none", "nulle part encore (texte seul)"),
            ("registration", "le formulaire d’inscription de cette page"),
            ("join", "la page pour rejoindre le réseau"),
            ("previous_recap", "le compte rendu de l’édition précédente"),
            ("page", "une page du site"),
            ("document", "un document"),
            ("external", "une autre adresse"),
        ],
        default="none",
    )
    page = PageChooser(label="Page", required=False)
    document = DocumentChooser(label="Document", required=False)
    url = blocks.URLBlock(label="Adresse", required=False, max_length=500)

    class Meta:
        template = "components/blocks/call_to_action.html"
        icon = "arrow-right"
        label = "Appel à l’action"
        group = GROUP
        description = (
            "Un bouton : s’inscrire, rejoindre le réseau, lire la suite. Une seule action."
        )
        preview_value = {
            "label": "<p>Je m’inscris à la <b>prochaine rencontre</b></p>",
            "target": "join",
            "page": None,
            "document": None,
            "url": "",
        }

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        needed = {"page": "page", "document": "document", "external": "url"}.get(cleaned["target"])
        if needed and not cleaned[needed]:
            error = blocks.StructBlockValidationError(
                {needed: blocks.field_block.ValidationError("Dites où mène cet appel.")}
            )
            raise error
        return cleaned

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> Any:
        context = super().get_context(value, parent_context=parent_context)
        request = context.get("request")
        objects = page_objects_of(request)
        target = value.get("page") or value.get("document")
        reserved = (
            value["target"] in ("page", "document") and target and not objects.is_open(target)
        )
        address = "" if reserved else address_of(value, context.get("page"), request)
        source = value["label"].source
        label = as_html(without_links(source) if address else source, objects)
        # Without a form to fill in, the words stay and lead nowhere, since the event says `registration_address = ""`.
        closed = value["target"] == "registration" and not getattr(
            context.get("page"), "registration_address", True
        )
        return context | {
            "address": address,
            "label": inline(label),
            "reserved": reserved,
            "is_closed": closed,
        }


def address_of(value: Any, page: Page | None, request: HttpRequest | None) -> str:
    """Return the URL of the call to action; empty without a target, and then it is plain text.

    `registration_address` and `previous_recap` exist on event pages only.
    """
    recap = getattr(page, "previous_recap", None)
    chosen = {
        "registration": getattr(page, "registration_address", ""),
        "join": join_address(request),
        "previous_recap": recap.url if recap else "",
        "page": value["page"].url if value.get("page") else "",
        "document": value["document"].url if value.get("document") else "",
        "external": value.get("url") or "",
    }
    return chosen.get(value["target"]) or ""


def join_address(request: HttpRequest | None) -> str:
    return parts_of(request).url("rejoindre") if request else ""


def inline(html: SafeString) -> SafeString:
    """Strip the `p` of a one-paragraph text, so that it can be placed inside a link."""
    bare = html.strip()
    if bare.startswith("<p") and bare.endswith("</p>") and bare.count("<p") == 1:
        bare = bare[bare.index(">") + 1 : -len("</p>")]
    return SafeString(bare)


class DownloadBlock(blocks.StructBlock):
    document = DocumentChooser(label="Document")
    title = blocks.CharBlock(
        label="Titre", required=False, max_length=255, help_text="Vide : celui du document."
    )

    class Meta:
        template = "components/blocks/download.html"
        icon = "doc-full-inverse"
        label = "Document à télécharger"
        group = GROUP
        description = (
            "Un document, avec son format et son poids. S’il est réservé aux membres, "
            "les autres ne voient ni son nom ni son adresse."
        )

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> Any:
        context = super().get_context(value, parent_context=parent_context)
        document = value.get("document")
        request = context.get("request")
        is_open = document is not None and (
            document.pk is None or page_objects_of(request).is_open(document)
        )
        address = "" if is_open else join_address(request)
        return context | {"document": document, "is_open": is_open, "join_address": address}

    def get_preview_value(self) -> Any:
        sample = get_document_model()(
            title="Programme de la journée", file="programme.pdf", file_size=104_776
        )
        return self.normalize({"document": sample, "title": ""})


class RelatedBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="Titre", default="À lire aussi", max_length=120)
    pages = blocks.ListBlock(CardChooser(label="Page"), label="Pages", min_num=1, max_num=6)

    class Meta:
        template = "components/blocks/related.html"
        icon = "link"
        label = "Contenus liés"
        group = GROUP
        description = (
            "Quelques pages du site en cartes. Chacun ne voit que celles auxquelles il a droit."
        )

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> Any:
        context = super().get_context(value, parent_context=parent_context)
        objects = page_objects_of(context.get("request"))
        here = getattr(context.get("page"), "pk", None)
        keys = [page.pk for page in value["pages"] if page and page.pk != here]
        return context | {"cards": objects.cards(keys)}

    def get_preview_value(self) -> Any:
        pages = Page.objects.live().public().filter(depth__gt=2).order_by("-first_published_at")
        return self.normalize({"title": "À lire aussi", "pages": list(pages[:3])})
