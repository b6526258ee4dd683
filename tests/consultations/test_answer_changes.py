"""市の回答（まとめ）: corrected in public, each wording kept, followers told once of each."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from time_machine import Traveller

from apps.consultations import actions
from apps.consultations.models import ActionRefused, AnswerChange, Consultation
from apps.consultations.tasks import tell_followers
from apps.core.date_formats import wareki
from apps.operations.models import Notification
from tests.accounts.factories import UserFactory, make_secretariat
from tests.consultations.admin_pages import form_of
from tests.consultations.factories import ConsultationFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


def corrected() -> Consultation:
    """A consultation whose answer was put in other words."""
    asked, by = ConsultationFactory(closed=True), make_secretariat()
    asked.give_answer(by=by, answer="来年度に**実施**します。")
    asked.give_answer(by=by, answer="再来年度に実施します。")
    return asked


def test_an_earlier_wording_stays_on_the_page(client: Client) -> None:
    asked = corrected()
    page = client.get(asked.get_absolute_url()).text
    for words in ("再来年度に実施します。", "来年度に<strong>実施</strong>します。", "これまでの経過（2回）"):
        assert words in page
    other = ConsultationFactory(closed=True)
    other.give_answer(by=make_secretariat(), answer="実施します。")
    assert "これまでの経過" not in client.get(other.get_absolute_url()).text


@pytest.mark.parametrize(
    "sql", ["UPDATE consultations_answerchange SET body = 'x'", "DELETE FROM consultations_answerchange"]
)
def test_the_database_refuses_to_change_a_wording(sql: str) -> None:
    corrected()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert AnswerChange.objects.count() == 2


def test_followers_hear_of_each_wording_once() -> None:
    asked, by, person = ConsultationFactory(closed=True), make_secretariat(), UserFactory()
    actions.follow(user=person, consultation=asked, wanted=True)
    asked.give_answer(by=by, answer="来年度に実施します。")
    assert (tell_followers(), tell_followers()) == (1, 0)
    asked.give_answer(by=by, answer="再来年度に実施します。")
    assert (tell_followers(), tell_followers()) == (1, 0)
    titles = list(Notification.objects.visible_to(person).order_by("pk").values_list("title", flat=True))
    assert titles == [f"「{asked.title}」に市が回答しました", f"「{asked.title}」への市の回答が変わりました"]


def test_the_same_words_again_are_no_change() -> None:
    asked = corrected()
    with pytest.raises(ActionRefused, match="同じです"):
        asked.give_answer(by=make_secretariat(), answer=" 再来年度に実施します。 ")
    assert AnswerChange.objects.count() == 2


def test_an_answer_that_came_with_data_is_kept_before_it_is_corrected(client: Client) -> None:
    asked = ConsultationFactory(answered=True, answer="移してきた回答です。")
    asked.give_answer(by=make_secretariat(), answer="新しい回答です。")
    first = AnswerChange.objects.for_consultation(asked).first()
    assert (first.body, first.published_at) == ("移してきた回答です。", asked.answered_at)
    assert "移してきた回答です。" in client.get(asked.get_absolute_url()).text


def test_staff_correct_an_answer_in_the_admin(sign_in: SignIn) -> None:
    asked = corrected()
    address = f"/admin/consultations/consultation/{asked.pk}/change/"
    browser = sign_in(make_secretariat())
    browser.post(address, form_of(browser, address) | {"act": "answer", "answer_text": "今年度に実施します。"})
    assert (
        list(AnswerChange.objects.for_consultation(asked).values_list("body", flat=True))[-1] == "今年度に実施します。"
    )


def test_who_saves_over_a_colleague_is_told_and_sees_both_texts(sign_in: SignIn, frozen_clock: Traveller) -> None:
    asked = ConsultationFactory(closed=True)
    frozen_clock.shift(60)
    address = f"/admin/consultations/consultation/{asked.pk}/change/"
    first, second = sign_in(make_secretariat()), sign_in(make_secretariat())
    mine, theirs = form_of(first, address), form_of(second, address)
    second.post(address, theirs | {"act": "answer", "answer_text": "来年度に実施します。"})
    refused = first.post(
        address,
        mine
        | {"act": "answer", "answer_text": "実施しません。", "background": "別の背景", "reply_due_on": "2099-03-31"},
    )
    assert refused.status_code == 409
    days = (f'quote">{wareki(asked.reply_due_on)}<', 'quote">令和81年3月31日（火）<')
    for words in ("ほかの職員がこのテーマを変えたため", "来年度に実施します。", "実施しません。", "別の背景", *days):
        assert words in refused.text
    asked.refresh_from_db()
    assert (asked.answer, AnswerChange.objects.for_consultation(asked).count()) == ("来年度に実施します。", 1)
    again = mine | {"act": "answer", "answer_text": "実施しません。", "version": asked.updated_at.isoformat()}
    assert again["version"] in refused.text
    first.post(address, again)
    asked.refresh_from_db()
    assert asked.answer == "実施しません。"


def test_a_question_that_a_colleague_added_counts_too(sign_in: SignIn, frozen_clock: Traveller) -> None:
    asked = ConsultationFactory(published_at=None)
    frozen_clock.shift(60)
    address = f"/admin/consultations/consultation/{asked.pk}/change/"
    first, second = sign_in(make_secretariat()), sign_in(make_secretariat())
    mine, theirs = form_of(first, address), form_of(second, address)
    second.post(address, theirs | {"questions-0-text": "別の問い"})
    assert first.post(address, mine | {"title": "別の題"}).status_code == 409
    asked.refresh_from_db()
    assert (asked.title != "別の題", asked.questions.get().text) == (True, "別の問い")
