"""Papers: a letter that the font lacks becomes 〓 and is listed; what only shapes a letter goes in silence."""

import io

import pytest
from pypdf import PdfReader

from apps.consultations.services.poster import draw_poster
from apps.core.printing import drawable, letters_of_paper
from tests.consultations.factories import ConsultationFactory


@pytest.mark.parametrize(
    ("typed", "printed", "lost"),
    [
        ("公園がいいな😊🌳", "公園がいいな〓〓", 2),
        ("家族👨‍👩‍👧‍👦で", "家族〓で", 1),
        ("한국어", "〓〓〓", 3),
        ("葛\U000e0100城・辻\U000e0101", "葛城・辻", 0),
        ("❤️", "〓", 1),
        ("ゼロ\u200b幅", "ゼロ幅", 0),
        ("一行目\n二行目", "一行目\n二行目", 0),
        ("①㈱℡№㎡☀★♥〜～￥𠮷髙﨑", None, 0),
    ],
)
def test_what_the_font_lacks_becomes_one_mark_for_each_character(typed: str, printed: str | None, lost: int) -> None:
    gone: dict[str, int] = {}
    shown = drawable(typed, letters_of_paper(), gone)
    if printed is not None:
        assert shown == printed
        assert sum(gone.values()) == lost


@pytest.mark.django_db
def test_a_paper_lists_what_it_cannot_print() -> None:
    asked = ConsultationFactory(title="公園😊と한", summary="花🌳を")
    pages = PdfReader(io.BytesIO(draw_poster(asked, url="https://example.jp/"))).pages
    text = "".join(page.extract_text() for page in pages).replace("\n", "")
    assert len(pages) == 1
    assert "公園〓と〓" in text
    for code in ("U+1F60A", "U+1F333", "U+D55C"):
        assert code in text
