"""WSGI entry point of the web processes: gunicorn imports `application`, once for all processes that it forks.

They share what is in memory; a connection that is left open would be shared as well.
"""

import logging
import os

from django.conf import settings
from django.core.checks import Tags, run_checks
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError, connection
from django.urls import get_resolver
from django.utils import translation

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chofu_cocreation.settings")
os.environ.setdefault("CHOFU_PROCESS", "web")

application = get_wsgi_application()

try:
    if errors := run_checks(tags=[Tags.database], databases=["default"]):
        raise SystemExit("\n".join(str(error) for error in errors))
except OperationalError as error:  # a database that is away for a moment is no reason not to start
    logging.getLogger(__name__).warning("database role not checked: %s", error)
finally:
    connection.close()
    if hasattr(connection, "close_pool"):  # the threads of a pool would be missing in a forked process
        connection.close_pool()

# What the first page would load in every process.
_ = get_resolver().reverse_dict
for language, _name in settings.LANGUAGES:
    with translation.override(language):
        translation.gettext("")
