import json
import re
from collections.abc import Iterator
from gettext import GNUTranslations
from importlib.util import find_spec
from pathlib import Path

import django
import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from wagtail import hooks
from wagtail.snippets.models import get_snippet_models

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wagtail_templates")]

OURS = Path(settings.LOCALE_PATHS[0]) / "fr" / "LC_MESSAGES"
WAGTAIL = (
    "wagtail_modeladmin", "wagtail.admin", "wagtail", "wagtail.snippets", "wagtail.images", "wagtail.embeds",
    "wagtail.contrib.redirects",
)  # fmt: skip
#: Two genders at once. « Êtes-vous sûr(e) » is about the reader, whose gender nobody knows.
BOTH_GENDERS = re.compile(r"[^<>]{0,40}(?<!sûr)\((?:e|elle|tte|la)\)|\b[Ll]e/la\b|\bce/cette\b")


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser("admin@example.org"))
    return client


def catalogue(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        return {
            key: said
            for key, said in GNUTranslations(file)._catalog.items()  # type: ignore[attr-defined]
            if key and isinstance(key, str)
        }


def test_the_compiled_catalogue_is_that_of_the_source_and_libraries_have_its_sentences():
    source = (OURS / "django.po").read_text()
    pairs = [
        (json.loads(key), json.loads(said))
        for key, said in re.findall(r'^msgid (".+")\nmsgstr (".+")$', source, re.MULTILINE)
    ]
    theirs = catalogue(
        Path(str(django.__file__)).parent / "conf/locale/fr/LC_MESSAGES/django.mo"
    ).keys()
    for name in WAGTAIL:
        [folder] = find_spec(name).submodule_search_locations
        theirs = theirs | catalogue(Path(folder) / "locale/fr/LC_MESSAGES/django.mo").keys()

    assert catalogue(OURS / "django.mo") == dict(pairs)
    assert {key for key, _said in pairs} - theirs == set()
    assert [said for _key, said in pairs if BOTH_GENDERS.search(said)] == []


def list_screens() -> Iterator[str]:
    """Yield the addresses of the list and of the creation of every registered list, snippet and set of views."""
    for hook in hooks.get_hooks("register_admin_urls"):
        for pattern in hook():
            name = getattr(pattern, "name", None) or ""
            if name.endswith(("_modeladmin_index", "_modeladmin_create")):
                yield reverse(name)
    for model in get_snippet_models():
        for act in ("list", "add"):
            yield reverse(model.snippet_viewset.get_url_name(act))


def test_no_screen_of_a_list_has_two_genders_at_once(admin):
    """K25, 62. Also when a creation is refused."""
    screens = set(list_screens())

    assert len(screens) > 20
    found = []
    for address in sorted(screens):
        for response in (admin.get(address), admin.post(address, {})):
            html = response.content.decode()
            found += [f"{address}: {one.group()}" for one in BOTH_GENDERS.finditer(html)]
            found += [f"{address}: Nouveau" for _one in re.finditer(r">\s*Nouveau\b", html)]
    assert found == []
