"""manage.py load_demo: called at each start of script/server."""

from django.core.management.base import BaseCommand

from apps.portal import demo


class Command(BaseCommand):
    """Fills an empty portal with the city's documents and, in a demonstration, with accounts and open questions."""

    help = "Load fixtures into an empty database; keep the demonstration's open consultation open."

    def handle(self, *args: object, **options: object) -> None:
        """Load, or say that there was nothing to load."""
        loaded = demo.load()
        self.stdout.write(
            "見本のデータを読み込みました。" if loaded else "データはすでにあります。何も変えていません。"
        )
