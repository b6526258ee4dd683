"""manage.py compile_translations: compile the translations."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from apps.core.translations import compile_all


class Command(BaseCommand):
    """Compiles locale/*/LC_MESSAGES/django.po with Babel; unchanged ones are skipped."""

    help = "Compile translations without a system gettext."
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        """Print each file that was written."""
        for folder in settings.LOCALE_PATHS:
            for path in compile_all(Path(folder)):
                self.stdout.write(str(path))
