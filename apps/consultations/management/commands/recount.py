"""manage.py recount: stored counters against the rows behind them."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.consultations.models import Proposal


class Command(BaseCommand):
    """Compares likes and comments of every proposal with their rows and mends what differs. It should find nothing."""

    help = "Compare the stored counters of likes and comments with their rows; mend and report differences."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many proposals differed."""
        self.stdout.write(f"{Proposal.recount()} proposals had wrong counters.")
