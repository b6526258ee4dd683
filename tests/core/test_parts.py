"""Finding and replacing a part of a text in whatever width, case or kana it is written."""

import pytest

from apps.core.text import replace_part, spans_of


@pytest.mark.parametrize(
    ("part", "text", "expected"),
    [
        ("042-000", "電話は042-000です", "電話は●です"),
        ("042-000", "電話は０４２－０００です", "電話は●です"),
        ("ガス", "ｶﾞｽ会社とがす会社", "●会社と●会社"),
        ("が", "か\u3099んばれ、がんばれ", "●んばれ、●んばれ"),
        ("aa", "AAaＡ", "●●"),
        ("ない", "あるものだけ", "あるものだけ"),
        ("", "そのまま", "そのまま"),
        ("㍿", "株式会社と㍿", "●と●"),
        ("山田 太郎", "山田　太郎と山田 太郎", "●と●"),
        ("👨‍👩‍👧", "家族👨‍👩‍👧です", "家族●です"),
    ],
)
def test_replaced(part: str, text: str, expected: str) -> None:
    assert replace_part(part, text, "●")[0] == expected


def test_lines_stay_lines() -> None:
    assert replace_part("b", "a\nb\n\nc", "●") == ("a\n●\n\nc", 1)
    assert spans_of("b", "a\nb") == [(2, 3)]
    assert replace_part("山田 太郎", "山田\n太郎", "●") == ("●", 1)


def test_blanks_between_letters_that_are_not_japanese_divide_words() -> None:
    assert replace_part("sam", "this a map, Sam", "●") == ("this a map, ●", 1)
    assert replace_part("葛城 花子", "葛城花子と、花子", "●") == ("●と、花子", 1)
    assert spans_of("花子", "葛城 花 子。") == [(3, 6)]
