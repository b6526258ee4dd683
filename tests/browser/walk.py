"""Steps that several browser tests take."""

import re
from typing import Any


def sign_in(page: Any, portal: Any, address: str) -> None:
    """Type the address, read the code in the mail, type it."""
    page.get_by_role("link", name="ログイン・新規登録").first.click()
    page.get_by_label("メールアドレス").fill(address)
    page.locator("main form button[type=submit]").first.click()
    code = re.search(r"\b(\d{6})\b", portal.mail(address)[-1])
    assert code, portal.mail(address)
    page.get_by_label("確認コード").fill(code[1])
    page.locator("main form button[type=submit]").first.click()
    page.get_by_role("link", name="マイページ").wait_for()


def open_form(page: Any) -> None:
    """From the list of open consultations to the form of the first."""
    page.goto("/consultations/?state=open")
    page.locator("main article h2 a").first.click()
    page.get_by_role("link", name="意見を書く").first.click()


def preview(page: Any, body: str) -> None:
    """From the list to the page that shows what will be public."""
    open_form(page)
    page.get_by_role("textbox", name=re.compile("アイデア・意見")).fill(body)
    page.get_by_label(re.compile("同意します")).check()
    page.get_by_role("button", name="確認画面へ進む").click()
    page.get_by_role("heading", name="内容の確認").wait_for()


def write(page: Any, body: str) -> str:
    """From the list to a public proposal; its code."""
    preview(page, body)
    page.get_by_role("button", name="投稿する").click()
    page.get_by_text("投稿しました。").wait_for()
    return str(page.url).partition("?")[0].rstrip("/").rsplit("/", 1)[-1]
