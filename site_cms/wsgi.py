"""The WSGI application: Django behind its shelf. The web process serves it through `site_cms.asgi`."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from site_cms.gateway import Application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_cms.settings")

application: Application = get_wsgi_application()
if not settings.DEBUG:  # in which a changed template shows at once
    from site_cms.shelf.installation import with_shelf

    application = with_shelf(application)
# Import all views before the web process forks: its children share their memory, and the first request does not wait for them.
get_resolver().url_patterns  # noqa: B018 -- imports all views
gc.collect()
gc.freeze()  # a collection in a worker would touch these objects and copy their pages
