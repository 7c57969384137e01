import json
import subprocess
import sys
from pathlib import Path

LOADED = """
import json, sys, threading
import site_cms.wsgi
from django.db import connections
print(json.dumps({
    "views": "events.registration.views" in sys.modules,
    "connections": sum(c.connection is not None for c in connections.all(initialized_only=True)),
    "threads": threading.active_count(),
    "bucket library": "boto3" in sys.modules,
}))
"""


def test_the_preloaded_application_has_views_but_no_connection_and_no_thread():
    root = Path(__file__).resolve().parents[2]

    done = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=root, capture_output=True, text=True, check=True
    )

    assert json.loads(done.stdout) == {
        "views": True,
        "connections": 0,
        "threads": 1,
        "bucket library": False,
    }
