"""What processes load: beat none of the apps; the web processes share one loaded application, except in development."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connections

BEAT = """
import json, sys
from celery.apps.beat import Beat
from chofu_cocreation.celery import app
app.loader.import_default_modules()
print(json.dumps({"apps": [name for name in sys.modules if name.startswith("apps.") and name.endswith(".models")],
                  "broker": app.conf.broker_url, "schedule": sorted(app.conf.beat_schedule)}))
"""
WEB = """
import json, threading
from django.apps import apps
from django.core import checks
checked = checks.run_checks
checks.run_checks = lambda **which: checked(**which) and []  # the tests are the owner of their database
import chofu_cocreation.wsgi
from django.db import connection
print(json.dumps({"ready": apps.ready, "open": connection.connection is not None, "threads": threading.active_count()}))
"""
CONFIG = "import json, chofu_cocreation.runtime.gunicorn_config as c; print(json.dumps(c.preload_app))"


def printed(code: str, **environment: str) -> object:
    """Run Python in a process of its own, and return the JSON that it printed last."""
    database = connections["default"].settings_dict
    url = f"postgresql://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR, env={**os.environ, "DATABASE_URL": url, **environment},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_beat_knows_its_schedule_and_loads_no_app() -> None:
    found = printed(BEAT, CHOFU_PROCESS="beat")
    assert found == {
        "apps": [],
        "broker": settings.CELERY_BROKER_URL,
        "schedule": sorted(settings.CELERY_BEAT_SCHEDULE),
    }


@pytest.mark.django_db
def test_the_loaded_application_holds_no_connection_and_no_thread() -> None:
    """Processes are forked from it: a connection would be shared by them, a pool's threads would be missing."""
    assert printed(WEB, CHOFU_PROCESS="web") == {"ready": True, "open": False, "threads": 1}


@pytest.mark.parametrize(("developing", "is_shared"), [("0", True), ("1", False)])
def test_only_in_development_each_process_loads_the_application(developing: str, is_shared: bool) -> None:
    assert printed(CONFIG, CHOFU_DEV=developing) == is_shared
