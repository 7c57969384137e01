"""Size budget of a first view on a phone: empty cache, compressed, images included."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response

from tests.journeys.test_everyone import PUBLIC

TOTAL_ALLOWED = 120_000
CODE_ALLOWED = 45_000
REQUESTS_ALLOWED = 10
CODE = {"document", "stylesheet", "script"}


@pytest.mark.parametrize("address", PUBLIC)
def test_a_first_view_stays_within_the_budget(
    open_browser: Callable[..., Page], address: str
) -> None:
    page = open_browser(width=412, height=823, device_scale_factor=1.75, is_mobile=True)
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))

    page.goto(address, wait_until="networkidle")

    answers = [answer for answer in answers if answer.url.startswith("http")]
    weights = {answer.url: answer.request.sizes()["responseBodySize"] for answer in answers}
    code = sum(weights[a.url] for a in answers if a.request.resource_type in CODE)
    assert code <= CODE_ALLOWED, weights
    assert sum(weights.values()) <= TOTAL_ALLOWED, weights
    assert len(answers) <= REQUESTS_ALLOWED, weights
