"""Join the portal's apps: settings, URLs, Celery; and `runtime`, which starts and serves them and knows no Django."""

from chofu_cocreation.celery import app as celery_app

__all__ = ["celery_app"]
