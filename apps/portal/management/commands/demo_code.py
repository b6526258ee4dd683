"""manage.py demo_code ROLE: the six digits of a demonstration account's authenticator app."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.accounts import second_factor
from apps.accounts.models import User
from apps.portal import demo
from apps.portal.demo.accounts import ACCOUNTS, account_named


class Command(BaseCommand):
    """Prints the code that the authenticator app of a demonstration account shows now; only on this machine."""

    help = "Print the present authenticator code of a demonstration account."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the short name of the account."""
        parser.add_argument("role", choices=[a.key for a in ACCOUNTS if a.needs_code])

    def handle(self, *args: object, **options: object) -> None:
        """Print six digits, nothing else."""
        if not demo.may_show_codes():
            raise CommandError("番号は、この端末だけで動く見本のポータルでのみ表示します。")
        account = account_named(str(options["role"]))
        user = User.objects.by_email(account.email).present().first() if account else None
        if user is None or not second_factor.is_set_up_by(user):
            raise CommandError("このアカウントはまだありません。先に manage.py load_demo を実行してください。")
        self.stdout.write(second_factor.present_code(user))
