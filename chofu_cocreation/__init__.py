"""What joins the portal's apps: settings, addresses, queue and the embedded servers."""

from chofu_cocreation.celery import app as celery_app

__all__ = ["celery_app"]
