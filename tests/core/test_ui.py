"""Small words of display, forms as they are drawn, and pages that must not depend on anything."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django import forms
from django.http import QueryDict
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from apps.core.templatetags import ui


def test_wareki_shows_the_day_in_chofu() -> None:
    assert ui.wareki(datetime(2025, 11, 30, 15, 0, tzinfo=UTC)) == "令和7年12月1日（月）"
    assert ui.wareki(date(2025, 12, 1)) == "令和7年12月1日（月）"
    assert ui.wareki(None) == ""


def test_dates_on_english_pages_are_western() -> None:
    with override("en"):
        assert ui.wareki(date(2025, 12, 1)) == "Monday, December 1, 2025"
        assert ui.jdatetime(datetime(2026, 11, 23, 9, 30, tzinfo=UTC)) == "November 23, 2026 18:30"
        assert ui.fiscal_label(2023) == "FY2023"


def test_a_period_is_said_by_its_days_and_by_the_clock_only_where_that_matters() -> None:
    midnight, evening = datetime(2026, 11, 22, 15, 0, tzinfo=UTC), datetime(2026, 11, 23, 8, 15, tzinfo=UTC)
    assert (ui.opening(midnight), ui.closing(midnight)) == ("令和8年11月23日（月）", "令和8年11月22日（日）")
    assert (ui.opening(evening), ui.closing(evening)) == ("令和8年11月23日（月） 17:15",) * 2


def test_jdatetime_shows_the_clock_in_chofu() -> None:
    assert ui.jdatetime(datetime(2026, 11, 23, 9, 5, tzinfo=UTC)) == "令和8年11月23日 18:05"
    assert ui.jdatetime(None) == ""


@pytest.mark.parametrize(
    ("closes_at", "days"),
    [
        (datetime(2026, 11, 23, 14, 59, tzinfo=UTC), 0),  # today 23:59 in Chofu
        (datetime(2026, 11, 23, 15, 0, tzinfo=UTC), 0),  # midnight: today is the last day
        (datetime(2026, 11, 23, 15, 1, tzinfo=UTC), 1),  # a minute of tomorrow is left
        (datetime(2026, 12, 3, 3, 0, tzinfo=UTC), 10),
        (datetime(2026, 11, 23, 1, 0, tzinfo=UTC), None),
        (None, None),
    ],
)
def test_days_left_counts_calendar_days_in_chofu(closes_at: datetime | None, days: int | None) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 1, 0, tzinfo=UTC), tick=False):
        assert ui.days_left(closes_at) == days


def test_linebreaks_ja_keeps_paragraphs_and_lines() -> None:
    assert ui.linebreaks_ja("一\r\n二\n\n\u3000\n三\n") == '<p dir="auto">一<br>二</p><p dir="auto">三</p>'
    assert ui.linebreaks_ja("") == ui.linebreaks_ja(None) == ""


def test_linebreaks_ja_links_end_where_japanese_begins() -> None:
    shown = ui.linebreaks_ja(
        "詳しくはhttps://example.jp/a?b=1&c=2をご覧ください。（https://example.jp/）https://example.jp."
    )
    assert '<a href="https://example.jp/a?b=1&amp;c=2" rel="nofollow ugc">' in shown
    assert shown.count("<a ") == 3
    assert "</a>をご覧ください。" in shown
    assert shown.endswith("https://example.jp</a>.</p>")


@pytest.mark.parametrize("text", ["javascript:alert(1)", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_linebreaks_ja_makes_nothing_of_markup(text: str) -> None:
    shown = ui.linebreaks_ja(text)
    assert "<script" not in shown
    assert "<img" not in shown
    assert "<a " not in shown


@given(st.text())
def test_linebreaks_ja_writes_no_other_tag(text: str) -> None:
    shown: str = ui.linebreaks_ja("https://example.jp/" + text)
    for tag in ('<p dir="auto">', "</p>", "<br>", "</a>"):
        shown = shown.replace(tag, "")
    assert all(piece.startswith("a href=") for piece in shown.split("<")[1:])


class Voice(forms.Form):
    """One field of each kind."""

    body = forms.CharField(
        label="意見", help_text="ひとことで", widget=forms.Textarea(attrs={"data-count-max": 2000}), max_length=2000
    )
    title = forms.CharField(label="見出し", required=False)
    name = forms.ChoiceField(label="名前", choices=[("a", "匿名"), ("n", "多摩川")], widget=forms.RadioSelect)
    consent = forms.BooleanField(label="同意します")
    key = forms.CharField(widget=forms.HiddenInput)


def test_form_says_need_in_words_and_leaves_judging_to_the_server() -> None:
    shown = Voice().render()
    assert shown.count("必須") == 3
    assert shown.count("任意") == 1
    assert " required" not in shown
    assert "maxlength" not in shown
    assert 'aria-describedby="id_body_helptext id_body_count"' in shown
    assert 'data-count-for="id_body"' in shown
    assert shown.count('name="key"') == 1


def test_form_with_errors_names_them_first_and_at_their_fields() -> None:
    shown = Voice({"body": "", "key": ""}).render()
    assert shown.index("error-summary") < shown.index('for="id_body"')
    assert '<a href="#id_body">意見：' in shown
    assert '<a href="#id_name_0">名前：' in shown
    assert 'aria-describedby="id_body_helptext id_body_error id_body_count"' in shown
    assert 'id="id_body_error"><p>エラー：' in shown
    assert shown.count('aria-invalid="true"') == 2  # body and consent; the fieldset's error is described, not flagged


def test_the_summary_names_a_field_once() -> None:
    class Written(forms.Form):
        title = forms.CharField(label="題名", error_messages={"required": "題名を書いてください。"})
        area = forms.CharField(label="地域<b>", error_messages={"required": "選んでください。"})
        consent = forms.BooleanField(label="規約に同意します", error_messages={"required": "同意が必要です。"})

    shown = Written({}).render()
    assert '<a href="#id_title">題名を書いてください。</a>' in shown
    assert '<a href="#id_area">地域&lt;b&gt;：選んでください。</a>' in shown
    assert '<a href="#id_consent">同意が必要です。</a>' in shown


def test_form_escapes_what_was_typed() -> None:
    data = QueryDict(mutable=True)
    data.update({"body": "</textarea><script>", "name": "<b>"})
    shown = Voice(data).render()
    assert "<script>" not in shown
    assert "<b>" not in shown


def test_filter_form_says_nothing_about_need() -> None:
    class Filter(forms.Form):
        shows_need = False
        q = forms.CharField(label="ことば", required=False)

    assert "任意" not in Filter().render()


def test_like_button_shows_imported_and_live_counts_beside_each_other() -> None:
    context = {"action": "/x/", "imported": 7, "imported_on": date(2025, 11, 10), "count": 2, "liked": False}
    shown = render_to_string("components/like_button.html", context)
    words = Template("{{ shown|striptags }}").render(Context({"shown": shown}))
    assert "7（令和7年11月10日時点）＋2" in words
    assert 'aria-pressed="false"' in shown
    assert 'name="wanted" value="1"' in shown


def test_like_button_says_in_words_that_it_is_pressed() -> None:
    shown = render_to_string("components/like_button.html", {"action": "/x/", "count": 1, "liked": True})
    assert "イイネ！しました" in shown
    assert 'name="wanted" value="0"' in shown


@pytest.mark.parametrize("template", ["500.html", "503.html"])
def test_failure_pages_need_no_request(template: str) -> None:
    shown = render_to_string(template)
    assert "「戻る」" in shown
    assert "data-refusal" in shown


def test_breadcrumbs_end_with_this_page() -> None:
    shown = Template('{% load ui %}{% breadcrumbs "テーマ" "/consultations/" "公園" %}').render(Context())
    assert '<a href="/consultations/">テーマ</a>' in shown
    assert '<span aria-current="page">公園</span>' in shown


def test_what_was_written_in_japanese_says_so_on_a_page_in_english() -> None:
    template = Template("{% load ui %}<h1{% in_japanese %}>{{ text }}</h1>{{ text|linebreaks_ja }}")
    context = {"text": "駅前にベンチを"}
    assert template.render(Context(context)) == '<h1>駅前にベンチを</h1><p dir="auto">駅前にベンチを</p>'
    with override("en"):
        assert (
            template.render(Context(context))
            == '<h1 lang="ja">駅前にベンチを</h1><p lang="ja" dir="auto">駅前にベンチを</p>'
        )
