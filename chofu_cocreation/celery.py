"""Celery application. Tasks are found in each app's tasks.py, their schedule stands in background_tasks.py."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chofu_cocreation.settings")

app = Celery("chofu_cocreation")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
