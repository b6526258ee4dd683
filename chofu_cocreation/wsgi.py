"""WSGI entry point of the web processes: gunicorn imports `application`."""

import logging
import os

from django.core.checks import Tags, run_checks
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chofu_cocreation.settings")
os.environ.setdefault("CHOFU_PROCESS", "web")

application = get_wsgi_application()

try:
    if errors := run_checks(tags=[Tags.database], databases=["default"]):
        raise SystemExit("\n".join(str(error) for error in errors))
except OperationalError as error:  # a database that is away for a moment is no reason not to start
    logging.getLogger(__name__).warning("database role not checked: %s", error)
