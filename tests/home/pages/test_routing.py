import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from wagtail.models import Site

from home.pages.routing import find_page, site_of
from tests.builders import make_home, make_news

pytestmark = pytest.mark.django_db


def asked(host: str) -> HttpRequest:
    return RequestFactory().get("/", headers={"host": host})


def test_a_single_site_answers_for_any_host_in_one_query(django_assert_num_queries):
    make_home()

    with django_assert_num_queries(1):
        site = site_of(asked("ailleurs.example"))

    assert site == Site.objects.get()


def test_wagtail_chooses_between_two_sites():
    home = make_home()
    letter = make_news()
    second = Site.objects.create(hostname="lettre.example", root_page=letter)
    request = asked("lettre.example")

    find_page(request, "")

    assert site_of(request) == second
    assert vars(request)["_wagtail_route_for_request"].page == letter
    assert site_of(asked("ailleurs.example")).root_page_id == home.pk


def test_a_site_that_is_not_the_default_answers_for_its_host_only():
    make_home()
    Site.objects.update(is_default_site=False, hostname="reseau.example")

    assert site_of(asked("ailleurs.example")) is None
    assert site_of(asked("reseau.example")) == Site.objects.get()
