"""manage.py collect_messages: collect the strings to translate."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import to_locale

from apps.core.translations import collect, update


class Command(BaseCommand):
    """Brings locale/<language>/LC_MESSAGES/django.po up to date; translations that are there stay."""

    help = "Collect the strings of templates and Python into the translators' files."
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        """Print for each language how much is translated."""
        collected = collect(settings.BASE_DIR)
        languages = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
        for language in languages:
            path = Path(settings.LOCALE_PATHS[0]) / to_locale(language) / "LC_MESSAGES" / "django.po"
            strings, missing = update(path, collected)
            self.stdout.write(f"{language}: {strings} strings, {missing} without translation")
