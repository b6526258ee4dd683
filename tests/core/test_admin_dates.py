"""Days in the forms of the admin site: read as people write them, refused in words, said as residents read them."""

from datetime import date, datetime, time

import pytest
from django import forms
from django.utils import timezone

from apps.core.admin_dates import DayField, MomentField

DAY = date(2026, 11, 25)


class Form(forms.Form):
    day = DayField(required=False)
    moment = MomentField(required=False)


@pytest.mark.parametrize(
    "typed",
    ["2026-11-25", "2026/11/25", "2026.11.25", "2026年11月25日", "令和8年11月25日", "R8.11.25", "r8/11/25",
     "Ｒ８．１１．２５", "　2026-11-25 ", "令和8年11月25日（水）"],
)  # fmt: skip
def test_a_day_is_read_as_people_write_it(typed: str) -> None:
    form = Form({"day": typed, "moment_0": typed, "moment_1": "17時30分"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["day"] == DAY
    assert form.cleaned_data["moment"] == timezone.make_aware(datetime.combine(DAY, time(17, 30)))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("来週", "日付（例：2025-11-10、令和7年11月10日）で書いてください。"),
        ("2026-11-255", "日付（例：2025-11-10、令和7年11月10日）で書いてください。"),
        ("2026-11-25 ごろ", "日付（例：2025-11-10、令和7年11月10日）で書いてください。"),
        ("令和8年11月25日（木）", "曜日が日付と合いません。"),
        ("2026-02-30", "暦にない日付です。"),
        ("R8.13.1", "暦にない日付です。"),
    ],
)
def test_anything_else_is_refused_in_words_and_stays_in_the_field(typed: str, sentence: str) -> None:
    form = Form({"day": typed, "moment_0": typed, "moment_1": "9:00"})
    assert form.errors == {"day": [sentence], "moment": [sentence]}
    assert f'value="{typed}"' in str(form["day"])
    assert Form({"moment_0": "2026-11-25", "moment_1": "9時"}).is_valid()
    assert Form({"moment_0": "2026-11-25", "moment_1": "夕方"}).errors["moment"] == [
        "時刻は 18:30 のように書いてください。"
    ]


def test_the_day_stands_beside_its_field_as_residents_read_it() -> None:
    stored = Form(initial={"day": DAY, "moment": timezone.make_aware(datetime(2026, 11, 25, 17, 0))})
    for name in ("day", "moment"):
        shown = str(stored[name])
        assert 'value="2026-11-25"' in shown, "the only form that Django's calendar reads"
        assert "令和8年11月25日（水）</span>" in shown
    assert 'value="17:00"' in str(stored["moment"])
    assert "令和8年11月25日（水）</span>" in str(Form({"day": "R8.11.25"})["day"])
    assert "令和" not in str(Form()["day"])


def test_what_was_not_touched_has_not_changed() -> None:
    moment = timezone.make_aware(datetime(2026, 11, 25, 23, 59, 59))
    form = Form(
        {"day": "R8.11.25", "moment_0": "2026-11-25", "moment_1": "23:59:59"}, initial={"day": DAY, "moment": moment}
    )
    assert 'value="23:59:59"' in str(form["moment"])
    assert form.changed_data == []
