from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse

from tests.guards import no_checked_form_without_origin

FORM = '<form class="form" method="post"{}>…</form>'


@pytest.mark.parametrize(
    ("policy", "form", "is_refused"),
    [
        ("no-referrer", FORM.format(' action="/lettre/"'), True),
        ("no-referrer", FORM.format(""), True),
        ("no-referrer", FORM.format(' action="/lettre/quitter/x/"'), False),
        ("no-referrer", '<form action="/lettre/">…</form>', False),
        ("same-origin", FORM.format(' action="/lettre/"'), False),
    ],
)
def test_a_form_on_a_no_referrer_page_posts_where_no_origin_is_asked(
    policy: str, form: str, is_refused: bool
) -> None:
    request = HttpRequest()
    request.path = "/lettre/"

    def answer(request: Any) -> HttpResponse:
        return HttpResponse(form, headers={"Referrer-Policy": policy})

    if is_refused:
        with pytest.raises(AssertionError, match="/lettre/"):
            no_checked_form_without_origin(answer)(request)
    else:
        assert no_checked_form_without_origin(answer)(request).status_code == 200
