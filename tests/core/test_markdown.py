"""Staff's Markdown: rich, and harmless."""

import pytest

from apps.core.markdown import render


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        "![x](https://example.com/p.png)",
        "[x](data:text/html,x)",
        "<p style='color:red'>x</p>",
    ],
)
def test_nothing_that_runs_or_loads_is_left(source: str) -> None:
    html = render(source)
    for bad in ("<script", "<img", 'javascript:"', 'href="javascript', "<p style"):
        assert bad not in html


def test_headings_start_below_the_pages_own() -> None:
    assert "<h2>背景</h2>" in render("# 背景")
    assert "<h1" not in render("# 背景")


def test_tables_say_what_their_columns_are() -> None:
    html = render("| 年 | 数 |\n|---|---|\n| 令和5年 | 10 |")
    assert '<th scope="col">年</th>' in html


def test_links_lend_no_standing() -> None:
    assert "nofollow" in render("[市](https://www.city.chofu.lg.jp/)")
