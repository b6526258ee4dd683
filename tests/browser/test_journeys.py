"""How many screens and taps each task takes on a phone: counted here, written into docs/journeys.md.

`JOURNEYS=write script/test tests/browser/test_journeys.py` writes the table anew.
"""

import os
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.browser.test_guest import LEAST_SECONDS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal")]
TABLE = Path(__file__).resolve().parents[2] / "docs" / "journeys.md"
HEAD = "| task | begins at | screens | taps | at most |\n|---|---|---|---|---|\n"


@dataclass
class Walk:
    """Somebody with a phone: every page that was loaded is a screen, every press and every field gone into a tap."""

    page: Any
    portal: Any
    screens: int = 0
    taps: int = 0
    email: str = field(default_factory=lambda: f"walk-{uuid.uuid4().hex[:8]}@example.com")

    def __post_init__(self) -> None:
        self.page.on("domcontentloaded", self._loaded)

    def _loaded(self, _page: Any) -> None:
        self.screens += 1

    def tap(self, role: Any, name: Any, *, inside: str = "main") -> None:
        """Press the first one of this name that can be seen, and wait for the page that it leads to, if any."""
        self.taps += 1
        self.page.locator(inside).get_by_role(role, name=name).locator("visible=true").first.click()
        self.page.wait_for_load_state("domcontentloaded")

    def type(self, label: Any, words: str) -> None:
        """Go into a field and type."""
        self.taps += 1
        self.page.locator("main").get_by_label(label).locator("visible=true").first.fill(words)

    def agree(self) -> None:
        """Accept the terms."""
        self.taps += 1
        self.page.get_by_label(re.compile("同意します")).check()

    def take_time(self) -> None:
        """Take as long as a person does: forms of people without account come back when sent at once."""
        self.page.wait_for_timeout(LEAST_SECONDS * 1000)


def guest_posts(walk: Walk) -> None:
    walk.page.goto("/")
    walk.tap("link", "意見を書く")
    walk.type(re.compile("^意見"), f"木陰がほしい {uuid.uuid4().hex[:6]}")
    walk.agree()
    walk.take_time()
    walk.tap("button", "確認画面へ進む")
    walk.tap("button", "投稿する")
    walk.page.locator(".passphrase__words").wait_for()


def newcomer_posts(walk: Walk) -> None:
    walk.page.goto("/consultations/demo-sanka/")
    walk.page.get_by_role("link", name="ログインして書く").wait_for(state="attached")
    walk.tap("link", "ログインして書く")
    walk.type("メールアドレス", walk.email)
    walk.taps += 1
    walk.page.locator("main form button[type=submit]").first.click()
    walk.page.get_by_label("確認コード").wait_for()
    code = re.findall(r"^確認コード：(\d{6})$", walk.portal.mail(walk.email)[-1], re.MULTILINE)[-1]
    walk.type("確認コード", code)
    walk.taps += 1
    walk.page.locator("main form button[type=submit]").first.click()
    walk.page.wait_for_url("**/propose/")
    walk.type(re.compile("^意見"), f"日陰がほしい {uuid.uuid4().hex[:6]}")
    walk.agree()
    walk.tap("button", "確認画面へ進む")
    walk.tap("button", "投稿する")
    walk.page.get_by_text("投稿しました。").wait_for()


def visitor_reads(walk: Walk) -> None:
    walk.page.goto("/")
    walk.tap("link", re.compile("^みんなの意見を読む"))
    walk.page.locator("#proposals").wait_for()
    walk.tap("link", re.compile("^C[0-9]{2}-[0-9]+$"), inside="#proposals")
    walk.page.wait_for_url("**/proposals/**")


def guest_likes(walk: Walk) -> None:
    walk.page.goto("/consultations/demo-sanka/")
    walk.tap("button", re.compile("イイネ"), inside="#proposals")
    walk.page.locator("#proposals .like__button[aria-pressed=true]").first.wait_for()


def guest_comments(walk: Walk) -> None:
    walk.page.goto("/consultations/demo-sanka/")
    walk.page.goto(str(walk.page.locator("#proposals a.proposal__code").first.get_attribute("href")))
    walk.screens = 1
    walk.tap("link", "登録せずにコメントを書く")
    walk.type(re.compile("^コメント"), f"そう思います {uuid.uuid4().hex[:6]}")
    walk.agree()
    walk.take_time()
    walk.tap("button", "コメントを投稿する")
    walk.page.locator(".passphrase__words").wait_for()


def guest_withdraws(walk: Walk) -> None:
    guest_posts(walk)
    code, words = (walk.page.locator(f".passphrase__{part}").inner_text() for part in ("code", "words"))
    walk.screens = walk.taps = 0
    walk.page.goto("/")
    walk.tap("link", re.compile("合言葉で自分の意見を開く"), inside="body")
    walk.type(re.compile("番号"), code)
    walk.type(re.compile("合言葉"), words)
    walk.tap("button", "開く")
    walk.tap("link", "取り下げる")
    walk.tap("button", "取り下げる")
    walk.page.get_by_text(f"{code} を取り下げました").wait_for()


def visitor_searches(walk: Walk) -> None:
    walk.page.goto("/")
    walk.taps += 1
    walk.page.locator(".site-search > summary").click()
    walk.taps += 1
    walk.page.get_by_role("searchbox", name="探すことば").fill("公園")
    walk.tap("button", "検索", inside=".site-search__form")
    walk.page.wait_for_url("**/search/**")


def visitor_asks(walk: Walk) -> None:
    walk.page.goto("/")
    walk.tap("link", "お問い合わせ", inside="footer")
    walk.tap("link", "フォームで問い合わせる")
    walk.type(re.compile("お問い合わせの内容"), f"日時を知りたい {uuid.uuid4().hex[:6]}")
    walk.take_time()
    walk.tap("button", "送る")
    walk.page.get_by_text("受付番号").wait_for()


def visitor_reads_as_a_child(walk: Walk) -> None:
    walk.page.goto("/")
    walk.taps += 1
    walk.page.locator(".site-menu > summary").click()
    walk.tap("button", "こども", inside="header")
    walk.page.wait_for_load_state()


# task, where it begins, how many screens it may take, how somebody does it
TASKS: list[tuple[str, str, int, Callable[[Walk], None]]] = [
    ("read a voice of the open theme", "home", 3, visitor_reads),
    ("post a voice without an account", "home", 4, guest_posts),
    ("post the first voice with a new account", "page of the theme", 6, newcomer_posts),
    ("like a voice without an account", "page of the theme", 1, guest_likes),
    ("comment without an account", "page of the voice", 3, guest_comments),
    ("open the own voice by its passphrase and withdraw it", "home", 5, guest_withdraws),
    ("search", "home", 2, visitor_searches),
    ("ask the city by the form", "home", 4, visitor_asks),
    ("read in words for children", "home", 2, visitor_reads_as_a_child),
]


def test_screens_and_taps_of_each_task(portal: Any, new_page: Callable[..., Any]) -> None:
    rows, too_long = [], []
    for task, begins_at, most, walks in TASKS:
        walk = Walk(new_page(width=375), portal)
        walks(walk)
        rows.append(f"| {task} | {begins_at} | {walk.screens} | {walk.taps} | {most} |\n")
        if walk.screens > most:
            too_long.append(rows[-1])
    before, _old, after = (
        TABLE.read_text(encoding="utf-8").replace("<!-- end -->", "<!-- begin -->").split("<!-- begin -->")
    )
    written = f"{before}<!-- begin -->\n{HEAD}{''.join(rows)}<!-- end -->{after}"
    if os.environ.get("JOURNEYS") == "write":
        TABLE.write_text(written, encoding="utf-8")
    assert not too_long
    assert TABLE.read_text(encoding="utf-8") == written, "JOURNEYS=write script/test tests/browser/test_journeys.py"
