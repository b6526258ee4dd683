"""Checks of what the city itself enters before the portal opens."""

from apps.accounts.models import Role, User
from apps.accounts.second_factor import is_set_up_by
from apps.operations.models import Contact, SitePage

DRAFT = "これは初期案です"


def secretariat() -> list[str]:
    """Find a portal that nobody can run: no member of the secretariat has a second factor."""
    members = User.objects.holding(Role.SECRETARIAT).present()
    if any(is_set_up_by(user) for user in members):
        return []
    return ["2段階の確認（認証アプリかパスキー）を設定した事務局のアカウントが、一つもありません。"]


def contact() -> list[str]:
    """Find a contact page that names no way to reach the city."""
    current = Contact.objects.current()
    if current.telephone or current.public_email or current.form_url:
        return []
    return ["お問い合わせ先に、電話番号もメールアドレスもありません。管理画面の「お問い合わせ先」に入力してください。"]


def drafts() -> list[str]:
    """Find pages that still say that they are drafts."""
    titles = SitePage.objects.filter(body__contains=DRAFT).values_list("title", flat=True)
    return [f"「{title}」のページが初期案のままです。市で確かめ、初めの断り書きを消してください。" for title in titles]
