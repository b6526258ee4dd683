"""Passkeys, LINE and Google in a real browser under the portal's own policy: in, cancelled, and gone wrong."""

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Page

from chofu_cocreation.runtime.embedded import state
from tests.browser.portal_process import Complaints, Portal, start_portal, stop_portal
from tests.browser.stand_in import NAME_AT_PROVIDER, StandIn, providers
from tests.browser.walk import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal")]


class Device:
    """A telephone with a screen lock, as chromium plays it: its owner is there and agrees, or turns away."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)
        self.session.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                   "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
        made = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self.id = made["authenticatorId"]

    def agree(self, agrees: bool) -> None:
        """Whether its owner shows face or finger when asked."""
        self.session.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": agrees})


def test_a_passkey_is_made_and_opens_the_door(portal: Any, new_page: Callable[..., Any]) -> None:
    page = new_page(width=375)
    device = Device(page)
    page.goto("/")
    sign_in(page, portal, f"passkey-{uuid.uuid4().hex[:8]}@example.com")

    page.goto("/accounts/2fa/webauthn/add/")
    device.agree(False)
    page.get_by_role("button", name="パスキーを作る").click()
    page.get_by_role("alert").get_by_text("パスキーの操作が完了しませんでした").wait_for()
    device.agree(True)
    page.get_by_role("button", name="パスキーを作る").click()
    page.get_by_text("パスキーを設定しました").first.wait_for()

    page.goto("/accounts/logout/")
    page.locator("main form button[type=submit]").click()
    page.goto("/accounts/login/?next=/me/profile/")
    device.agree(False)
    page.get_by_role("button", name="パスキーでログイン").click()
    page.get_by_role("alert").get_by_text("パスキーの操作が完了しませんでした").wait_for()
    assert page.url.endswith("/accounts/login/?next=/me/profile/")
    device.agree(True)
    page.get_by_role("button", name="パスキーでログイン").click()
    page.wait_for_url("**/me/profile/")


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    """LINE and Google."""
    with providers(tmp_path_factory.mktemp("providers")) as running:
        yield running


@pytest.fixture(scope="module")
def doors(provider: StandIn) -> Iterator[Portal]:
    """A portal with both set up, which reaches them through the stand-in."""
    keys = {f"{name}_CLIENT_{part}": "for-tests" for name in ("LINE", "GOOGLE") for part in ("ID", "SECRET")}
    reach = {"HTTPS_PROXY": provider.proxy, "REQUESTS_CA_BUNDLE": str(provider.certificate)}
    running = start_portal(Path(os.environ["CHOFU_VAR"]) / "portal-doors", LOAD_DEMO="0", **keys, **reach)
    yield running
    stop_portal(running)


@pytest.fixture
def visitor(browser: Browser, doors: Portal, provider: StandIn) -> Iterator[Page]:
    """A visitor's phone; what its console complains of fails the test."""
    context = browser.new_context(
        viewport={"width": 375, "height": 812}, base_url=doors.url, locale="ja-JP",
        proxy={"server": provider.proxy, "bypass": "localhost"}, ignore_https_errors=True,
    )  # fmt: skip
    context.set_default_timeout(30_000)
    complaints, page = Complaints(), context.new_page()
    complaints.listen(page)
    yield page
    context.close()
    assert not complaints.found, "\n".join(complaints.found)


WAYS = pytest.mark.parametrize(("name", "host"), [("LINE", "access.line.me"), ("Google", "accounts.google.com")])


def go(page: Page, name: str, answer: str) -> None:
    """From the door to the provider, and back with this answer."""
    page.goto("/accounts/login/?next=/me/profile/")
    page.get_by_role("button", name=f"{name}でログイン").click()
    page.get_by_role("heading", name="同意の確認").wait_for()
    page.get_by_role("link", name=answer).click()


@WAYS
def test_the_other_doors_lead_in(visitor: Page, doors: Portal, provider: StandIn, name: str, host: str) -> None:
    for _time in ("the first", "the second"):
        go(visitor, name, "許可する")
        visitor.wait_for_url("**/me/profile/")
        assert host in provider.asked
        assert NAME_AT_PROVIDER not in visitor.content()
        visitor.goto("/accounts/logout/")
        visitor.locator("main form button[type=submit]").click()
    with psycopg.connect(state.known_urls(doors.var)["DATABASE_URL"]) as connection:
        kept = connection.execute(
            "SELECT s.extra_data::text, u.email, u.nickname FROM socialaccount_socialaccount s"
            " JOIN accounts_user u ON u.id = s.user_id WHERE s.provider = %s",
            [name.lower()],
        ).fetchall()
    assert kept == [("{}", None, "")]


@WAYS
@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("キャンセル", "ログインを取りやめました"),
        ("ほかの画面から", "完了しませんでした"),
        ("使えないコード", "完了しませんでした"),
    ],
)
def test_what_goes_wrong_there_is_said_in_words(
    visitor: Page, name: str, host: str, answer: str, sentence: str
) -> None:
    go(visitor, name, answer)
    visitor.locator("[data-refusal]", has_text=sentence).wait_for()
    visitor.get_by_role("link", name="ログインへ戻る").click()
    visitor.get_by_role("heading", name="ログイン・新規登録").wait_for()
