"""manage.py demo_accounts: list the demonstration accounts."""

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models import User
from apps.portal import demo
from apps.portal.demo.accounts import ACCOUNTS


class Command(BaseCommand):
    """Prints role and address of each demonstration account that is there."""

    help = "Print the demonstration accounts."

    def handle(self, *args: object, **options: object) -> None:
        """Print one line per account, and how to sign in below."""
        if not demo.may_show_codes():
            raise CommandError("見本のアカウントは、この端末だけで動く見本のポータルでのみ表示します。")
        there = [a for a in ACCOUNTS if User.objects.by_email(a.email).present().exists()]
        if not there:
            self.stdout.write("  見本のアカウントはありません。")
            return
        self.stdout.write("  見本のアカウント（アドレスを入力すると、番号がメールのフォルダに届きます）:")
        for account in there:
            code = (
                f"  認証アプリの番号: .venv/bin/python manage.py demo_code {account.key}" if account.needs_code else ""
            )
            self.stdout.write(f"    {account.email:<26}{account.title}{code}")
