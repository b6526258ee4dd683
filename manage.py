#!/usr/bin/env python
"""Django's command line."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import OperationalError


def main() -> None:
    """Run the command; whoever forgot to start the portal is told so, not shown a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chofu_cocreation.settings")
    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None):  # the database is there, and this is its answer
            raise
        sys.exit(
            "データベースにつながりません。別の画面で script/server を動かしてから、もう一度実行してください。\n"
            f"The database does not answer: start script/server in another terminal first. ({error})"
        )


if __name__ == "__main__":
    main()
