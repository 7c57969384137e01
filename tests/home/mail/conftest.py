"""Message templates for the mail tests."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _templates(settings: Any, tmp_path: Path) -> None:
    """Add the templates of a test message."""
    folder = tmp_path / "essai"
    folder.mkdir()
    (folder / "message.subject.txt").write_text("Bonjour\n {{ name }}\n")
    (folder / "message.txt").write_text("L’accès de {{ name }} : {{ link }}\n")
    (folder / "message.html").write_text(
        "{% extends 'home/emails/base.html' %}{% block content %}<p>Accès de {{ name }}</p>{% endblock %}"
    )
    (folder / "seul.subject.txt").write_text("Sans HTML")
    (folder / "seul.txt").write_text("Voir https://example.org/a?b=1&c=2 <b>\n\nÀ bientôt\n")
    settings.TEMPLATES = [
        {**settings.TEMPLATES[0], "DIRS": [str(tmp_path)]},
    ]
