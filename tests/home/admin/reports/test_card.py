"""The card of the desk about what can be improved: desk 20 and 26."""

from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from home.admin.desk import Line
from home.admin.reports.card import quality_card
from home.editor.content_checks import Fault
from home.models import EmptySearch, NewsPage, PageLack
from tests.builders import make_news


def lines(user) -> list[tuple[str, str, str]]:
    card = quality_card(user, timezone.now())
    found: tuple[Line, ...] = card.lines if card else ()
    return [(line.text, line.action.label, line.action.url) for line in found if line.action]


def test_the_card_counts_what_each_report_lists_and_leads_there(whole_site, django_user_model):
    editor = django_user_model.objects.create_superuser("editrice@example.org")
    assert lines(editor) == []

    page: NewsPage = make_news(title="Une image", slug="une-image")
    PageLack.objects.create(page=page, fault=Fault.IMAGE_TEXT.code, words="banc.jpg")
    for words in ("tiers-lieux", "budget", "budget"):
        EmptySearch.objects.create(
            words=words, count=2, day=timezone.localdate() - timedelta(days=EmptySearch.objects.count())
        )  # fmt: skip

    assert lines(editor) == [
        ("1\u00a0image sans texte alternatif", "Décrire", "/admin/rapports/images/"),
        ("2\u00a0recherches restées sans résultat", "Lire", "/admin/rapports/recherches/"),
    ]
    assert lines(AnonymousUser()) == []
