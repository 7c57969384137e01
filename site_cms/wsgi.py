"""The WSGI application that the web process of the Procfile serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_cms.settings")

application = get_wsgi_application()
# Everything that answers is loaded here, before gunicorn makes its workers: they share it, and the first visitor
# does not wait for it.
get_resolver().url_patterns  # noqa: B018 -- read for what it loads
gc.collect()
gc.freeze()  # what is loaded stays: a worker that looked through it for rubbish would copy it
