"""Coding rules: which voices they find, who writes them, and how a topic is made of what they find."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from apps.analysis.models import CodingRule, Synonym
from apps.analysis.models.coding_rule import RULES_AT_MOST, words_in
from apps.consultations.models import Consultation, Proposal, State, Topic
from apps.operations.models import AuditEntry
from tests.accounts.factories import DepartmentFactory, make_moderator, make_staff
from tests.analysis.looking import main_of
from tests.consultations.factories import ConsultationFactory

pytestmark = pytest.mark.django_db
URL = "/analysis/words/topic-candidates/"
ADD = "/admin/analysis/codingrule/add/"
Voices = Callable[..., list[Proposal]]
BODIES = ("駅の駐輪場が足りない", "駅前の自転車が多い", "駐輪場の屋根", "駅のバスと自転車", "遠隔医療", "花壇がきれい")


def rule(theme: Consultation, **lists: str) -> CodingRule:
    return CodingRule.objects.create(consultation=theme, **{"title": "駐輪", **lists})


@pytest.mark.parametrize(
    ("lists", "found"),
    [
        ({"any_of": "駐輪場、自転車"}, [0, 1, 2, 3]),
        ({"any_of": "駐輪場 自転車", "all_of": "駅"}, [0, 3]),
        ({"any_of": "駐輪場　自転車", "none_of": "バス"}, [0, 1, 2]),
        ({"all_of": "駅，バス"}, [3]),
        ({"any_of": "医療"}, [4]),  # and the compounds that it is part of
        ({"any_of": "少ない"}, []),
        ({"any_of": "足りない"}, [0]),  # a negated word is a word of its own
    ],
)
def test_words_are_joined_by_or_and_and_not(
    theme: Consultation, voices: Voices, lists: dict[str, str], found: list[int]
) -> None:
    made = voices(*BODIES)
    rows = rule(theme, **lists).voices().order_by("pk")
    assert [row.pk for row in rows] == [made[number].pk for number in found]


def test_a_word_stands_for_every_way_it_is_written(theme: Consultation, voices: Voices) -> None:
    Synonym.objects.create(written="こども", shown="子ども", reason="見本")
    made = voices("こどもの遊び場", "子どもの広場", "大人の広場")
    assert {row.pk for row in rule(theme, any_of="こども").voices()} == {made[0].pk, made[1].pk}


def test_voices_of_other_themes_and_hidden_ones_are_not_found(theme: Consultation, voices: Voices) -> None:
    made = voices(*BODIES)
    voices("駐輪場がほしい", consultation=ConsultationFactory(slug="other"))
    Proposal.objects.filter(pk=made[0].pk).update(state=State.HIDDEN)
    assert {row.pk for row in rule(theme, any_of="駐輪場").voices()} == {made[2].pk}


@pytest.mark.parametrize(
    ("lists", "field"),
    [
        ({}, "any_of"),
        ({"any_of": " 、 "}, "any_of"),
        ({"any_of": "あ"}, "any_of"),
        ({"any_of": "、".join(f"公園{n}" for n in range(31))}, "any_of"),
        ({"any_of": "駅", "none_of": "駅"}, "none_of"),
    ],
)
def test_a_rule_that_finds_nothing_is_refused_at_its_field(
    theme: Consultation, lists: dict[str, str], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        CodingRule(consultation=theme, title="駐輪", **lists).full_clean()
    assert list(refused.value.message_dict) == [field]


def test_the_database_holds_no_rule_without_words(theme: Consultation) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        rule(theme)


def test_lists_are_parted_by_any_comma_and_blank() -> None:
    assert words_in(" 駅、バス，自転車 駅　ｽﾏﾎ") == ["駅", "バス", "自転車", "スマホ"]


class TestDesk:
    """Staff at work."""

    @pytest.fixture
    def desk(self, theme: Consultation, sign_in: Callable[[Any], Client]) -> Client:
        """A browser of the theme's department."""
        return sign_in(make_staff(theme.department))

    def test_a_rule_is_written_found_changed_and_deleted(
        self, desk: Client, theme: Consultation, voices: Voices
    ) -> None:
        made = voices(*BODIES)
        assert f"{ADD}?consultation={theme.pk}" in desk.get(URL).text
        typed = {"consultation": theme.pk, "title": "駐輪", "any_of": "駐輪場", "all_of": "", "none_of": ""}
        page = desk.post(ADD, typed, follow=True)
        assert page.redirect_chain[-1][0] == URL
        text = " ".join(page.text.split())
        assert "2件の意見に当たります（まだ論点にまとめていないもの：2件）" in text
        assert "（まだ2件／全2件）" in text
        assert "どのきまりにも当たらない意見：4件" in text
        row = CodingRule.objects.get()
        change = f"/admin/analysis/codingrule/{row.pk}/change/"
        desk.post(change, {**typed, "any_of": "駐輪場、自転車", "seen_version": 1})
        row.refresh_from_db()
        assert (row.version, row.any_of) == (2, "駐輪場、自転車")
        late = desk.post(change, {**typed, "any_of": "駅", "seen_version": 1})
        assert late.status_code == 422
        assert "ほかの職員が先に変更しました" in late.text
        Topic.objects.create(consultation=theme, title="屋根").group(made[2:3], by=None)
        assert "（まだ3件／全4件）" in " ".join(desk.get(URL).text.split())
        desk.post(f"/admin/analysis/codingrule/{row.pk}/delete/", {"post": "yes"})
        assert not CodingRule.objects.exists()
        trail = AuditEntry.objects.for_target(row).order_by("pk").values_list("verb", "facts__version", "facts__any_of")
        assert list(trail) == [
            ("add_coding_rule", 1, "駐輪場"),
            ("change_coding_rule", 2, "駐輪場、自転車"),
            ("delete_coding_rule", 2, "駐輪場、自転車"),
        ]

    def test_its_voices_lead_to_a_topic(self, desk: Client, theme: Consultation, voices: Voices) -> None:
        made = voices(*BODIES)
        row = rule(theme, any_of="駐輪場")
        html = main_of(desk.get(URL).text)
        section = html.partition(f'id="rule-{row.pk}"')[2]
        address = section.partition('href="/admin/consultations/topic/add/')[2].partition('"')[0].replace("&amp;", "&")
        form = desk.get(f"/admin/consultations/topic/add/{address}").text
        assert 'value="駐輪"' in form
        assert made[0].code in form
        assert made[2].code in form
        assert made[1].code not in form

    def test_another_department_and_moderators_have_no_part_in_it(
        self, theme: Consultation, sign_in: Callable[[Any], Client]
    ) -> None:
        row = rule(theme, any_of="駅")
        other = sign_in(make_staff(DepartmentFactory()))
        assert other.get(f"/admin/analysis/codingrule/{row.pk}/change/").status_code == 404
        typed = {"consultation": theme.pk, "title": "別", "any_of": "駅", "all_of": "", "none_of": ""}
        assert other.post(ADD, typed).status_code == 422
        assert sign_in(make_moderator()).get(ADD).status_code == 403
        assert CodingRule.objects.count() == 1

    def test_no_theme_has_more_than_a_page_of_rules(self, desk: Client, theme: Consultation) -> None:
        for number in range(RULES_AT_MOST):
            rule(theme, any_of="駅", title=f"きまり{number}")
        refused = desk.post(
            ADD, {"consultation": theme.pk, "title": "もう一つ", "any_of": "駅", "all_of": "", "none_of": ""}
        )
        assert refused.status_code == 422
        assert "30個まで" in refused.text
