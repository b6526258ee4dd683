"""manage.py generate_proposals: generate proposals for load and tests."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.consultations.load_generator import generate
from apps.consultations.models import Consultation


class Command(BaseCommand):
    """Makes proposals, comments and likes out of the seeds' sentences. Never in a city's own portal by mistake."""

    help = "Make many proposals, comments and likes in one consultation."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the arguments: how many, where, and from which seed."""
        parser.add_argument("--proposals", type=int, required=True)
        parser.add_argument("--comments", type=int, default=0)
        parser.add_argument("--likes", type=int, default=0)
        parser.add_argument("--consultation", required=True, help="slug")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--yes", action="store_true", help="also in a portal that is no demonstration")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the rows, or refuse before anything is written."""
        if not settings.IS_DEMO and not options["yes"]:
            raise CommandError("This portal is no demonstration; add --yes if invented voices may stand in it.")
        wanted = {name: options[name] for name in ("proposals", "comments", "likes")}
        if min(wanted.values()) < 0:
            raise CommandError("A count cannot be negative.")
        consultation = Consultation.objects.filter(slug=options["consultation"]).first()
        if consultation is None or not consultation.questions.exists():
            raise CommandError(f"There is no consultation «{options['consultation']}» with a question.")
        began = time.monotonic()
        counts = generate(consultation=consultation, seed=options["seed"], **wanted)
        self.stdout.write(f"{counts} in {time.monotonic() - began:.1f} s")
