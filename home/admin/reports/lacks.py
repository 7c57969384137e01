"""The reports of pictures without alternative text and of PDF files without an accessible equivalent."""

from django.db.models import QuerySet
from wagtail.admin.ui.tables import Column

from home.access import Visitor
from home.admin.reports.base import PageColumn, SiteReport, editor_of, pages_of
from home.editor.content_checks import Fault
from home.models.lacks import PageLack


def lacks(user: Visitor, fault: Fault) -> QuerySet[PageLack]:
    """Return the rows of a fault on the published pages on which the user works."""
    return PageLack.objects.filter(
        fault=fault.code, page__live=True, page__in=pages_of(user)
    ).order_by("page__title", "page", "pk")


def count_pictures_without_text(user: Visitor) -> int:
    return lacks(user, Fault.IMAGE_TEXT).count()


def count_documents_alone(user: Visitor) -> int:
    return lacks(user, Fault.DOCUMENT_ALONE).count()


class LackReport(SiteReport):
    fault: Fault

    def get_queryset(self) -> QuerySet[PageLack]:
        return lacks(self.request.user, self.fault).select_related("page__owner")


class PictureReport(LackReport):
    name = "images"
    fault = Fault.IMAGE_TEXT
    page_title = "Images sans texte alternatif"
    header_icon = "image"
    order = 130
    explanation = (
        "Les images des pages publiées dont rien ne dit ce qu’elles montrent. Décrivez-les dans la page, "
        "ou cochez «\u00a0image décorative\u00a0»."
    )
    empty = "Toutes les images des pages publiées sont décrites ou décoratives."
    columns = [
        PageColumn("page", label="Page"),
        Column("words", label="Image"),
        Column("editor", label="Personne", accessor=lambda lack: editor_of(lack.page)),
    ]
    exported = {
        "Page": lambda lack: lack.page.title,
        "Image": lambda lack: lack.words,
        "Personne": lambda lack: editor_of(lack.page),
    }


class DocumentReport(LackReport):
    name = "pdf"
    fault = Fault.DOCUMENT_ALONE
    page_title = "PDF sans équivalent accessible"
    header_icon = "doc-full-inverse"
    order = 140
    explanation = (
        "Les ressources qui ne sont qu’un PDF. Reprenez-en l’essentiel dans le contenu de la page, "
        "pour qui ne peut pas lire le fichier."
    )
    empty = "Chaque PDF d’une ressource publiée a son équivalent dans la page."
    columns = [
        PageColumn("page", label="Page"),
        Column("words", label="Document"),
        Column("editor", label="Personne", accessor=lambda lack: editor_of(lack.page)),
    ]
    exported = {
        "Page": lambda lack: lack.page.title,
        "Document": lambda lack: lack.words,
        "Personne": lambda lack: editor_of(lack.page),
    }
