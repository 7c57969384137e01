"""Site settings."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from home.models import SiteSettings
from tests.builders import make_home

pytestmark = pytest.mark.django_db


def test_reading_the_settings_writes_nothing():
    make_home()
    site = Site.objects.get()

    with CaptureQueriesContext(connection) as queries:
        identity = SiteSettings.for_site(site)

    assert len(queries) == 1
    assert identity.name == SiteSettings._meta.get_field("name").default
    assert not SiteSettings.objects.exists()


def test_unsaved_settings_can_be_changed():
    make_home()
    identity = SiteSettings.for_site(Site.objects.get())
    identity.baseline = "Ensemble."

    identity.save()

    assert SiteSettings.for_site(Site.objects.get()).baseline == "Ensemble."


def test_there_are_no_settings_without_a_site():
    with pytest.raises(SiteSettings.DoesNotExist):
        SiteSettings.for_site(None)


def test_wagtails_site_takes_the_name_of_the_network():
    make_home()
    identity = SiteSettings.for_site(Site.objects.get())
    identity.name = "Réseau des Hauts"

    identity.save()

    assert Site.objects.get().site_name == "Réseau des Hauts"
