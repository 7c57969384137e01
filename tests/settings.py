"""Test settings: the site's own, with a fast password hasher, no network, and files in a temporary folder.

DATABASE_URL and CACHE_URL are used; all other environment variables are ignored.
"""

import atexit
import os
import shutil
import tempfile

worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
for name in ("ALLOWED_HOSTS", "BASE_URL", "DELIVERY_URL", "DEFAULT_FROM_EMAIL", "SECRET_KEY"):
    os.environ[name] = ""  # unset, even if the shell or .env sets it
for name in ("LOG_LEVEL", "SENTRY_DSN", "S3_BUCKET", "S3_PRIVATE_BUCKET", "TRUSTED_PROXY_COUNT"):
    os.environ[name] = ""
os.environ |= {"DEBUG": "0", "DEMO": "1", "DATA_DIR": tempfile.mkdtemp(prefix="site-cms-tests-")}
atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)

from site_cms.settings import *

if CACHE_URL.startswith("redis"):
    # Clearing a Redis cache flushes its whole database, so each test process has its own.
    address, _, number = CACHE_URL.rpartition("/")
    CACHES["default"]["LOCATION"] = f"{address}/{(int(number) + worker) % 16}"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
LOGGING["root"]["level"] = "WARNING"

# Tasks run immediately; tests/conftest.py fails the test if a task fails.
TASKS["default"]["BACKEND"] = "django_tasks.backends.immediate.ImmediateBackend"
# Outbox rows are sent to django.core.mail.outbox.
DELIVERY = {
    "backend": "django.core.mail.backends.locmem.EmailBackend",
    "options": {},
    "anymail": {},
}
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns if it is missing
MIDDLEWARE = ["tests.guards.no_checked_form_without_origin", *MIDDLEWARE]
