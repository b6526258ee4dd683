"""Words that a theme leaves out, and those that it had better leave out: of its questions, and those of nearly every voice."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from apps.analysis.models import DictionaryVersion, ThemeStopWord
from apps.analysis.services.question_words import question_words, untelling_words
from apps.analysis.services.scope import scope_of
from apps.consultations.models import Consultation, Proposal
from tests.accounts.factories import make_secretariat
from tests.analysis.looking import counts, main_of, page
from tests.consultations.factories import ConsultationFactory

pytestmark = pytest.mark.django_db
Voices = Callable[..., list[Proposal]]
BODIES = ("公園の池", "公園の花壇", "公園の遊具", "広場の遊具")


def leave_out(theme: Consultation, word: str = "公園") -> DictionaryVersion:
    return ThemeStopWord(consultation=theme, word=word, reason="見本").put(by=make_secretariat())


def test_a_word_is_left_out_of_its_theme_alone(client: Client, theme: Consultation, voices: Voices) -> None:
    other = ConsultationFactory(slug="other")
    voices(*BODIES)
    voices("公園のベンチ", consultation=other)
    assert "公園" in counts(client)
    version = leave_out(theme)
    assert version.touched == 0
    assert "公園" not in counts(client)
    assert "公園" in counts(client, url="/analysis/other.json")
    html = main_of(page(client))
    assert "このテーマで除いたことば" in html
    assert f"辞書 第{version.pk}版" in html


def test_its_other_pages_leave_it_out_too(client: Client, theme: Consultation, voices: Voices) -> None:
    for number in range(12):
        voices(f"広場の遊具と花壇{number}", author=None)
    leave_out(theme, "遊具")
    for name in ("network", "weeks", "groups"):
        html = main_of(page(client, f"/analysis/words/{name}/"))
        assert "遊具</a>" not in html, name
    assert "遊具" not in counts(client, "?measure=families")


def test_taking_it_back_shows_it_again(client: Client, theme: Consultation, voices: Voices) -> None:
    voices(*BODIES)
    leave_out(theme)
    ThemeStopWord.objects.get().remove(by=make_secretariat())
    assert "公園" in counts(client)


def test_a_word_once_for_each_theme(theme: Consultation) -> None:
    leave_out(theme)
    leave_out(ConsultationFactory(slug="other"))
    with pytest.raises(ValidationError, match="もう登録されています"):
        leave_out(theme)


def test_the_words_of_the_question_are_found(theme: Consultation, voices: Voices) -> None:
    theme.questions.update(text="どんな遊具がほしいですか。")
    voices(*BODIES)
    assert question_words(scope_of(slug="words")) == {"公園", "遊具"}


def test_words_of_nearly_every_voice_are_common(theme: Consultation) -> None:
    scope = scope_of(slug="words")
    assert untelling_words(scope, [("道路", 5), ("池", 4)], 10) == {"道路"}
    assert untelling_words(scope, [("道路", 9)], 9) == set(), "of so few voices nothing can be said"


def test_the_net_has_neither(client: Client, theme: Consultation, voices: Voices) -> None:
    theme.questions.update(text="どんな公園がほしいですか。")
    for number in range(4):
        voices(
            f"公園の広場に花壇とベンチ{number}",
            f"公園の広場に遊具と砂場{number}",
            f"公園の街灯と時計{number}",
            author=None,
        )
    html = main_of(page(client, "/analysis/words/network/"))
    drawing, _figure, rest = html.partition("</figure>")
    assert "花壇" in drawing
    assert ">公園<" not in drawing
    assert ">広場<" not in drawing, "8 of 12 voices"
    assert "図から外しています" in rest
    assert ">公園</a>" in rest, "and leads to its voices"


def test_staff_are_offered_to_leave_them_out(
    staff: Client, client: Client, theme: Consultation, voices: Voices
) -> None:
    voices(*BODIES, *BODIES, *BODIES)
    html = main_of(page(staff))
    assert "このテーマで除くとよさそうなことば" in html
    address = html.partition('href="/admin/analysis/themestopword/add/')[2].partition('"')[0].replace("&amp;", "&")
    form = page(staff, f"/admin/analysis/themestopword/add/{address}")
    assert 'value="公園"' in form
    assert "このテーマで除くとよさそうなことば" not in page(client)
    data = {"consultation": theme.pk, "word": "公園", "reason": "問いのことば"}
    shown = staff.post("/admin/analysis/themestopword/add/", data).text
    assert "いま使っている意見" in shown
    seen = shown.partition('name="seen" value="')[2].partition('"')[0]
    assert staff.post("/admin/analysis/themestopword/add/", {**data, "seen": seen}).status_code == 302
    assert ThemeStopWord.objects.filter(word="公園", consultation=theme).exists()
