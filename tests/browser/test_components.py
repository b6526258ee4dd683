"""What the scripts add in a real browser: characters left, kept drafts, one press, sentences when something fails."""

import re
import uuid
from typing import Any

import pytest

from tests.browser.test_journey import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal")]
BODY = "textarea[name=body]"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


@pytest.fixture
def writing(page: Any, portal: Any) -> Any:
    """The form of a proposal to the consultation that is open, on a phone and on a desk."""
    page.goto("/")
    sign_in(page, portal, f"writer-{uuid.uuid4().hex[:8]}@example.com")
    page.goto("/consultations/?state=open")
    page.locator("main article h2 a").first.click()
    page.get_by_role("link", name="意見を書く").first.click()
    page.locator(BODY).wait_for()
    return page


def test_characters_left_are_counted_as_a_person_counts(writing: Any) -> None:
    count = writing.locator("[data-count-for=id_body]")
    assert count.inner_text() == "2,000文字まで"
    writing.fill(BODY, f"か\u3099{FAMILY}\nい")  # が of two code points, a family, a line end, い
    assert count.inner_text() == "あと1,996文字"
    writing.fill(BODY, "あ" * 2003)
    assert count.inner_text() == "3文字こえています"
    writing.get_by_role("status").filter(has_text="3文字こえています").wait_for(state="attached")


def test_a_half_written_proposal_comes_back_until_it_is_cleared(writing: Any) -> None:
    address = writing.url
    writing.fill(BODY, "書きかけの文章")
    writing.goto("/")
    writing.goto(address)
    writing.get_by_text("前回の書きかけを戻しました。").first.wait_for()
    assert writing.input_value(BODY) == "書きかけの文章"
    writing.get_by_role("button", name="書きかけを消す").click()
    assert writing.input_value(BODY) == ""
    writing.goto(address)
    assert writing.input_value(BODY) == ""
    assert writing.get_by_text("前回の書きかけを戻しました。").count() == 0


def test_a_draft_is_not_shown_to_the_next_person_in_the_same_tab(writing: Any) -> None:
    address = writing.url
    key = writing.locator("form[data-draft]").get_attribute("data-draft")
    draft = "{at: Date.now(), person: 'somebody-else', values: {body: 'ほかの人の文章'}}"
    writing.evaluate(f"sessionStorage.setItem('draft:{key}', JSON.stringify({draft}))")
    writing.goto(address)
    assert writing.input_value(BODY) == ""
    assert writing.evaluate(f"sessionStorage.getItem('draft:{key}')") is None


def test_pressing_many_times_sends_once_and_disables_nothing(writing: Any) -> None:
    sent: list[str] = []
    writing.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    writing.fill(BODY, "何度も押す")
    with writing.expect_response(lambda response: response.request.method == "POST"):
        writing.evaluate("""() => {
            const button = document.querySelector('.form__actions button');
            setTimeout(() => { button.click(); button.click(); button.click(); }, 0);
        }""")
    writing.wait_for_load_state()
    assert len([url for url in sent if url.endswith("/propose/")]) == 1
    assert writing.locator("[disabled]").count() == 0


def test_errors_come_first_and_lead_to_their_fields(writing: Any) -> None:
    writing.locator(".form__actions button").first.click()
    summary = writing.locator(".error-summary")
    summary.wait_for()
    assert writing.evaluate("document.activeElement.className") == "error-summary"
    summary.locator("a[href='#id_body']").click()
    assert writing.evaluate("document.activeElement.id") == "id_body"
    assert writing.locator("#id_body_error").inner_text().startswith("エラー：")


def test_a_like_is_said_and_the_keyboard_stays_on_it(page: Any, portal: Any) -> None:
    page.goto("/")
    sign_in(page, portal, f"reader-{uuid.uuid4().hex[:8]}@example.com")
    page.goto("/consultations/liqlid-2025/")
    page.locator(".like__button").first.focus()
    page.keyboard.press("Enter")
    page.locator("#live", has_text="イイネ！しました。").wait_for(state="attached")
    assert "like__button" in page.evaluate("document.activeElement.className")
    page.keyboard.press("Enter")
    page.locator("#live", has_text="イイネ！を取り消しました。").wait_for(state="attached")


def test_a_lost_line_is_said_where_it_is_seen(browser: Any, portal: Any) -> None:
    # A context of its own: the console rightly complains about the lost line.
    context = browser.new_context(base_url=portal.url, locale="ja-JP", viewport={"width": 375, "height": 812})
    page = context.new_page()
    page.goto("/")
    sign_in(page, portal, f"rider-{uuid.uuid4().hex[:8]}@example.com")
    page.goto("/consultations/liqlid-2025/")
    context.set_offline(True)
    page.locator(".like__button").first.click()
    bar = page.get_by_role("alert").filter(has_text=re.compile("通信できませんでした"))
    bar.wait_for()
    context.set_offline(False)
    page.get_by_role("button", name="閉じる").click()
    bar.wait_for(state="detached")
    page.locator(".like__button").first.click()
    page.locator(".like__button[aria-pressed=true]").first.wait_for()
    context.close()
