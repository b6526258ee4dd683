"""Celery application. Tasks are found in each app's tasks.py, their schedule stands in background_tasks.py.

Beat only sends the names of tasks (CHOFU_PROCESS=beat): it loads settings and none of the apps, which takes a quarter of
the memory.
"""

import gc
import os

from celery import Celery
from celery.signals import celeryd_after_setup
from django.conf import settings
from django.utils.log import configure_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chofu_cocreation.settings")
IS_BEAT = os.environ.get("CHOFU_PROCESS") == "beat"

app = Celery("chofu_cocreation", fixups=[] if IS_BEAT else None)
app.config_from_object("django.conf:settings", namespace="CELERY")
if IS_BEAT:
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
else:
    app.autodiscover_tasks()


@celeryd_after_setup.connect
def freeze_loaded_objects(**_signal: object) -> None:
    """Freeze what a worker has loaded before it forks: a garbage collection in a child would copy all of it."""
    gc.collect()
    gc.freeze()
