"""The WSGI application that the web process of the Procfile serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_cms.settings")

application = get_wsgi_application()
