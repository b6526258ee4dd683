"""manage.py doctor: what is missing or wrong in production, one line each."""

import sys

from django.core.management.base import BaseCommand

from apps.portal.doctor import CHECKS, examine


class Command(BaseCommand):
    """Prints a line for each finding; the exit code is 1 when there is one."""

    help = "Say what is missing or wrong for production."
    requires_system_checks = []

    def handle(self, *args: object, **options: object) -> None:
        """Run all checks and print what they find."""
        found = list(examine())
        for name, sentence in found:
            self.stdout.write(f"× {name}: {sentence}")
        if found:
            self.stdout.write(f"{len(found)} 件の問題があります。")
            sys.exit(1)
        self.stdout.write(f"問題はありません（{len(CHECKS)} 項目を確かめました）。")
