"""The ASGI application, served by the web process."""

from site_cms.gateway import Gateway
from site_cms.wsgi import application as wsgi_application

# isort: split
from site_cms.body_limits import limit_at  # once Django is set up
from site_cms.visits import Counter

application = Gateway(wsgi_application, limit_at, Counter())
