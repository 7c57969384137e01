"""The WSGI application, served by the web process."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_cms.settings")

application = get_wsgi_application()
# Import all views before gunicorn forks: the workers share their memory, and the first request does not wait for them.
get_resolver().url_patterns  # noqa: B018 -- imports all views
gc.collect()
gc.freeze()  # a collection in a worker would touch these objects and copy their pages
