"""The preview that the editor shows of a page being written."""

import pytest
from wagtail.models import get_page_models

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.mark.parametrize(
    "model", [model for model in get_page_models() if model._meta.app_label != "wagtailcore"]
)
def test_a_page_can_be_previewed_before_it_is_saved(model, rf, admin_client, whole_site):
    parent = whole_site
    page = model(title="Brouillon", slug="brouillon", depth=parent.depth + 1)
    page.path = f"{parent.path}ZZZZ"
    page.set_url_path(parent)

    request = rf.get("/admin/", headers={"cookie": admin_client.cookies.output(header="")})
    response = page.make_preview_request(request, page.default_preview_mode)

    assert response.status_code == 200
    # The editor shows it in an iframe.
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
