"""Steps that several browser tests take."""

import re
from typing import Any


def show_address(page: Any, portal: Any, address: str) -> None:
    """On the page of the door: type the address, read the code in the mail that comes, type it."""
    before = len(portal.letters(address))
    page.get_by_label("メールアドレス").fill(address)
    page.locator("main form button[type=submit]").first.click()
    page.get_by_label("確認コード").wait_for()
    letters = portal.mail(address, before + 1)[before:]
    found = [code for letter in letters for code in re.findall(r"^確認コード：(\d{6})$", letter, re.MULTILINE)]
    assert found, letters
    page.get_by_label("確認コード").fill(found[-1])
    page.locator("main form button[type=submit]").first.click()


def open_menu(page: Any) -> None:
    """Unfold the menu of the header, where it is folded."""
    opener = page.locator(".site-menu > summary")
    if opener.is_visible() and page.locator(".site-menu[open]").count() == 0:
        opener.click()


def open_filters(page: Any) -> None:
    """Unfold the filters of a list, where they are folded."""
    for opener in page.locator(".filter-fold:not([open]) > summary").all():
        opener.click()


def sign_in(page: Any, portal: Any, address: str) -> None:
    """From any page, as residents do."""
    open_menu(page)
    page.get_by_role("link", name="ログイン・新規登録").first.click()
    show_address(page, portal, address)
    page.locator(".account-nav", has_text="マイページ").wait_for(state="attached")


def open_form(page: Any) -> None:
    """From the list of open consultations to the form of the first."""
    page.goto("/consultations/?state=open")
    page.locator("main article h2 a").first.click()
    page.get_by_role("link", name="意見を書く").first.click()


def preview(page: Any, body: str) -> None:
    """From the list to the page that shows what will be public."""
    open_form(page)
    page.get_by_role("textbox", name=re.compile("^意見")).fill(body)
    page.get_by_label(re.compile("同意します")).check()
    page.get_by_role("button", name="確認画面へ進む").click()
    page.get_by_role("heading", name="内容の確認").wait_for()


def write(page: Any, body: str) -> str:
    """From the list to a public proposal; its code."""
    preview(page, body)
    page.get_by_role("button", name="投稿する").click()
    page.get_by_text("投稿しました。").wait_for()
    return str(page.url).partition("?")[0].rstrip("/").rsplit("/", 1)[-1]


SESSION = """
import time
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from apps.accounts.models import User
person, session = User.objects.by_email("{address}").get(), import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(person.pk), person.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = "apps.accounts.backends.PortalBackend"
now = time.time()
session["account_authentication_methods"] = [
    {{"method": "code", "at": now}}, {{"method": "mfa", "at": now, "type": "totp", "reauthenticated": True}}
]
session["account_authentication_methods_user"] = str(person.pk)
session.save()
print("session:", session.session_key)
"""


def session_of(portal: Any, key: str) -> str:
    """The cookie of a demonstration account that has shown its second factor; the door itself has tests of its own."""
    printed = portal.manage("shell", "-c", SESSION.format(address=f"{key}@example.com"))
    found = re.search(r"session: (\w+)", printed)
    assert found, printed
    return found[1]


def enter(page: Any, portal: Any, session: str) -> None:
    """Give a page somebody's cookie."""
    page.context.add_cookies([{"name": "session", "value": session, "url": portal.url}])
