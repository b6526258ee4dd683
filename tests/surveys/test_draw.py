"""A draw among those who answered: entries apart from any answer, one for each person, drawn once, deleted on their day."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.operations.models import AuditEntry
from apps.portal.actions import leave
from apps.portal.services.personal_data import personal_data
from apps.surveys import actions
from apps.surveys.actions import AccountRespondent, LetterRespondent
from apps.surveys.actions.draws import drawing_order
from apps.surveys.models import ActionRefused, AnswerMark, Draw, DrawEntry, Survey
from apps.surveys.tasks import delete_draw_entries
from tests.accounts.factories import UserFactory, make_staff
from tests.surveys.factories import answered, close, draft_survey, open_survey, question, sample_survey

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


def with_draw(survey: Survey | None = None, winners: int = 2) -> Draw:
    """An open survey with a draw."""
    survey = survey or draft_survey()
    question(survey)
    actions.set_draw(
        survey=survey,
        prize="商品券1,000円分",
        winners=winners,
        delete_on=survey.closes_on + timedelta(days=60),
        by=None,
    )
    if survey.is_sample:
        return survey.draw
    open_survey(survey)
    return Draw.objects.select_related("survey__department").get(survey=survey)


@pytest.fixture
def draw() -> Draw:
    return with_draw()


def entered(draw: Draw, name: str = "市民A", contact: str = "000-0000-0000", user: User | None = None) -> User:
    """Somebody who answered and entered."""
    user = user or UserFactory()
    if not AnswerMark.objects.filter(survey=draw.survey, person_key=AccountRespondent(user).key(draw.survey)).exists():
        answered(draw.survey, by=AccountRespondent(user))
    actions.register_for_draw(draw=draw, name=name, contact=contact, by=AccountRespondent(user))
    return user


def at(draw: Draw, name: str = "draw") -> str:
    return reverse(f"surveys:{name}", args=[draw.survey.slug])


def staff_page(draw: Draw, name: str = "draw") -> str:
    return reverse(f"admin:surveys_survey_{name}", args=[draw.survey_id])


def test_somebody_answers_then_enters_and_takes_it_back(sign_in: SignIn, draw: Draw) -> None:
    user = UserFactory()
    client = sign_in(user)
    assert "商品券1,000円分" in client.get(draw.survey.get_absolute_url()).text
    early = client.post(at(draw), {"name": "市民A", "contact": "x@example.jp", "step": "register"})
    assert early.status_code == 422
    assert "先にアンケートに答えてください" in early.text
    assert "x@example.jp" in early.text
    answered(draw.survey, by=AccountRespondent(user))
    assert at(draw) in client.get(at(draw, "thanks")).text
    empty = client.post(at(draw), {"name": "", "contact": "", "step": "register"})
    assert empty.status_code == 422
    assert "氏名を入れてください" in empty.text
    done = client.post(at(draw), {"name": "市民A", "contact": "x@example.jp", "step": "register"})
    assert done["Location"] == at(draw, "draw_done")
    assert "消します" in client.get(done["Location"]).text
    client.post(at(draw), {"name": "市民A", "contact": "000-0000-0000", "step": "register"})
    assert DrawEntry.objects.get().contact == "000-0000-0000"  # another one in its place
    left = client.post(at(draw), {"step": "withdraw"})
    assert left["Location"] == at(draw, "draw_left")
    assert "取り消しました" in client.get(left["Location"]).text
    assert not DrawEntry.objects.exists()
    assert Client().get(at(draw)).status_code == 302  # signs in first


def test_a_letter_enters_with_its_code() -> None:
    cache.clear()
    draw = with_draw(sample_survey())
    codes = actions.make_letters(survey=draw.survey, count=2, by=None)
    open_survey(draw.survey)
    draw.survey.refresh_from_db()
    client, said = Client(), {"name": "市民A", "contact": "x@example.jp", "step": "register"}
    for wrong in ("", "nonsense", codes[0]):
        assert client.post(at(draw), {**said, "code": wrong}).status_code == 422
    answered(draw.survey, by=LetterRespondent(codes[0]))
    assert client.post(at(draw), {**said, "code": codes[0].upper()}).status_code == 302
    assert client.post(at(draw), {**said, "code": codes[0]}).status_code == 302
    assert DrawEntry.objects.count() == 1
    for _try in range(30):
        last = client.post(at(draw), {**said, "code": "wrong"})
    assert "続けて間違っています" in last.text


def test_nothing_joins_an_entry_to_an_answer(draw: Draw) -> None:
    people = [entered(draw, f"市民{number}") for number in range(8)]
    columns = {field.name for field in DrawEntry._meta.get_fields()}
    assert columns == {"id", "draw", "person_key", "name", "contact", "place"}
    marks = set(AnswerMark.objects.values_list("person_key", flat=True))
    assert not marks & set(DrawEntry.objects.values_list("person_key", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text), count(*) FROM surveys_drawentry")
        assert cursor.fetchone() == (1, 8)  # all written by the last entry
        cursor.execute("SELECT name FROM surveys_drawentry ORDER BY ctid")
        order = [row[0] for row in cursor.fetchall()]
    assert sorted(order) == [f"市民{number}" for number in range(8)]
    assert not AuditEntry.objects.filter(verb__contains="draw", actor_id__in=[user.pk for user in people]).exists()


def test_the_draw_is_held_once_and_can_be_checked(sign_in: SignIn, draw: Draw) -> None:
    staff = make_staff(draw.survey.department)
    client = sign_in(staff)
    for number in range(6):
        entered(draw, f"市民{number}")
    assert client.get(staff_page(draw, "winners")).status_code == 302
    assert "が過ぎてから" in client.post(staff_page(draw, "hold_draw"), follow=True).text
    close(draw.survey, timezone.localdate() - timedelta(days=2))
    client.get(staff_page(draw, "hold_draw"))
    draw.refresh_from_db()
    assert draw.drawn_at is None
    assert "抽選しました" in client.post(staff_page(draw, "hold_draw"), follow=True).text
    draw.refresh_from_db()
    keys = [str(key) for key in DrawEntry.objects.values_list("pk", flat=True)]
    drawn = [str(key) for key in DrawEntry.objects.order_by("place").values_list("pk", flat=True)]
    assert drawn == drawing_order(keys, draw.seed)
    assert draw.digest == hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()
    assert draw.entry_count == 6
    facts = AuditEntry.objects.for_target(draw.survey).get(verb="hold_draw").facts
    assert (facts["seed"], facts["entries"], facts["digest"]) == (draw.seed, 6, draw.digest)
    assert "やり直すことはできません" in client.post(staff_page(draw, "hold_draw"), follow=True).text
    page = client.get(staff_page(draw, "winners")).text
    assert (page.count("<td>当選</td>"), page.count("<td>補欠</td>")) == (2, 2)
    assert AuditEntry.objects.for_target(draw.survey).filter(verb="read_winners", actor_id=staff.pk).count() == 1
    assert sign_in(make_staff()).get(staff_page(draw, "winners")).status_code in {403, 404}
    with pytest.raises(IntegrityError, match="survey_draw_with_its_seed"), transaction.atomic():
        Draw.objects.update(seed="")


def test_names_go_on_their_day_and_the_record_stays(draw: Draw) -> None:
    entered(draw)
    other = with_draw()
    entered(other)
    close(draw.survey, timezone.localdate() - timedelta(days=2))
    actions.hold_draw(draw=draw, by=None)
    assert delete_draw_entries() == 0
    Draw.objects.filter(pk=draw.pk).update(delete_on=timezone.localdate())
    assert delete_draw_entries() == 1
    assert delete_draw_entries() == 0
    assert DrawEntry.objects.get().draw_id == other.pk
    draw.refresh_from_db()
    assert (draw.entry_count, bool(draw.seed), bool(draw.forgotten_at)) == (1, True, True)


def test_registering_ends(sign_in: SignIn, draw: Draw) -> None:
    user = UserFactory()
    answered(draw.survey, by=AccountRespondent(user))
    close(draw.survey)  # yesterday: whoever answered at midnight still has today
    entered(draw, user=user)
    close(draw.survey, timezone.localdate() - timedelta(days=2))
    assert "受け付けていません" in sign_in(user).get(at(draw)).text
    answer = sign_in(user).post(at(draw), {"name": "市民A", "contact": "電話", "step": "register"})
    assert answer.status_code == 422
    with pytest.raises(ActionRefused, match="受け付けていません"):
        actions.withdraw_from_draw(draw=draw, by=AccountRespondent(user))
    actions.publish_survey_result(survey=draw.survey, by=None)
    assert actions.hold_draw(draw=draw, by=None).entry_count == 1
    with pytest.raises(ActionRefused, match="抽選まで"):
        actions.register_slip(draw=draw, name="市民B", contact="電話", by=make_staff(draw.survey.department))


def test_it_is_set_before_the_opening(sign_in: SignIn) -> None:
    survey = draft_survey()
    question(survey)
    client = sign_in(make_staff(survey.department))
    address = reverse("admin:surveys_survey_draw", args=[survey.pk])
    said = {"prize": "商品券", "winners": 10, "delete_on": str(survey.closes_on)}
    early = client.post(address, said)
    assert early.status_code == 422
    assert "より後にしてください" in early.text
    assert client.post(address, {**said, "winners": 0}).status_code == 422
    said["delete_on"] = str(survey.closes_on + timedelta(days=30))
    assert client.post(address, said).status_code == 302
    survey.refresh_from_db()
    Survey.objects.filter(pk=survey.pk).update(closes_on=survey.closes_on + timedelta(days=60))
    assert "抽選の氏名と連絡先を消す日" in client.get(reverse("admin:surveys_survey_change", args=[survey.pk])).text
    client.post(reverse("admin:surveys_survey_drop_draw", args=[survey.pk]))
    assert not Draw.objects.exists()
    assert client.get(reverse("admin:surveys_survey_winners", args=[survey.pk])).status_code == 404
    open_survey(survey)
    assert client.post(address, said).status_code == 422
    assert "開始したあとは設定できません" in client.get(address).text
    assert Client().get(reverse("surveys:draw", args=[survey.slug])).status_code == 404


def test_paper_slips_are_entered_by_staff(sign_in: SignIn, draw: Draw) -> None:
    client = sign_in(make_staff(draw.survey.department))
    for name in ("市民A", "市民Ａ", "市民B"):  # the second is the first again
        assert client.post(staff_page(draw, "slip"), {"name": name, "contact": "電話"}).status_code == 302
    assert DrawEntry.objects.count() == 2
    assert client.post(staff_page(draw, "slip"), {"name": "", "contact": ""}).status_code == 422
    empty = with_draw()
    close(empty.survey, timezone.localdate() - timedelta(days=2))
    with pytest.raises(ActionRefused, match="申込みがありません"):
        actions.hold_draw(draw=empty, by=None)


def test_who_leaves_takes_the_entry_along(draw: Draw) -> None:
    user, other = entered(draw, "市民A"), entered(draw, "市民B")
    assert personal_data(user)["アンケートの抽選の申込み"] == [
        {"アンケート": draw.survey.title, "氏名": "市民A", "連絡先": "000-0000-0000"}
    ]
    leave(user=user, withdraw=False)
    assert DrawEntry.objects.get().name == "市民B"
    assert other.pk
