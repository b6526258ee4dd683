"""From opinions to the result: points, groups, the city's view, two people, and one frozen edition behind every file."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.operations.models import AuditEntry, Notification
from apps.public_comments import actions
from apps.public_comments.models import ActionRefused, Case, CityView, Opinion, OpinionPoint, ResultEdition, ViewKind
from apps.public_comments.services.result_check import missing_for_result
from apps.public_comments.services.result_figures import figures_of
from tests.accounts.factories import DepartmentFactory, UserFactory, make_moderator, make_staff
from tests.documents.factories import SECOND, published, stage
from tests.public_comments.factories import answered, close, entered, open_case, sender, sent, viewed

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
TREES, RIVER = "木を植えてください。", "川も守ってください。"


@pytest.fixture
def case() -> Case:
    """A closed case with three letters: two from one person, one from a group by post."""
    case = open_case(DepartmentFactory(name="公園課"))
    sent(case, TREES, section=case.version.sections.get(key="s2"))
    sent(case, f"{TREES}{RIVER}")
    entered(case, RIVER, sender=sender("見本会", representative="見本代表"), is_group=True)
    return close(case)


def part(case: Case, number: int) -> Any:
    return case.opinions.order_by("pk")[number].parts.get()


def test_a_point_keeps_its_opinion_and_uses_its_words(case: Case) -> None:
    whole = part(case, 1)
    first = actions.cut_point(part=whole, quote=TREES, by=None)[0]
    actions.cut_point(part=whole, quote=RIVER, by=None)
    assert whole.points.count() == 2
    assert (first.case, first.part.body) == (case, f"{TREES}{RIVER}")
    for quote, words in [("木を切って", "そのまま"), (" ", "そのまま"), (TREES, "すでに要点")]:
        with pytest.raises(ActionRefused, match=words):
            actions.cut_point(part=whole, quote=quote, by=None)
    with pytest.raises(IntegrityError, match="opinion_point_once"), transaction.atomic():
        OpinionPoint.objects.create(part=whole, quote=TREES)


def test_nothing_is_cut_while_opinions_may_still_come() -> None:
    opinion = sent(open_case(), TREES)
    with pytest.raises(ActionRefused, match="終わってから"):
        actions.cut_point(part=opinion.parts.get(), quote=TREES, by=None)


def test_letters_with_the_same_words_are_answered_at_once() -> None:
    case = open_case()
    letters = [sent(case, "反対です。") for _ in range(3)] + [sent(case, "反対 です。")]
    close(case)
    actions.exclude_opinion(opinion=letters[1], reason="repeated", by=None)
    view = viewed(case)
    points = actions.cut_point(part=letters[0].parts.get(), quote="反対です。", view=view, with_same=True, by=None)
    assert len(points) == 3
    assert {point.part.opinion for point in points} == {letters[0], letters[2], letters[3]}
    assert CityView.objects.with_counts().get().opinion_count == 3


def test_a_point_is_in_one_group_or_left_out(case: Case) -> None:
    point, view = actions.cut_point(part=part(case, 0), quote=TREES, by=None)[0], viewed(case)
    actions.place_point(point=point, view=view, by=None)
    with pytest.raises(ActionRefused, match="どちらか一つ"):
        actions.place_point(point=point, view=view, out_of_scope="別の話", by=None)
    with pytest.raises(IntegrityError, match="opinion_point_in_one_place"), transaction.atomic():
        OpinionPoint.objects.update(out_of_scope="別の話")
    with pytest.raises(ActionRefused, match="別の案件"):
        actions.place_point(point=point, view=viewed(close(open_case())), by=None)
    with pytest.raises(ActionRefused, match="要点が入っている"):
        actions.remove_view(view=view, by=None)
    actions.place_point(point=point, view=None, out_of_scope="別の話", by=None)
    actions.remove_view(view=view, by=None)
    actions.remove_point(point=point, by=None)
    assert not CityView.objects.filter(case=case).exists()


def test_two_people_do_not_write_over_each_other(case: Case) -> None:
    view = viewed(case)
    mine, theirs = CityView.objects.get(pk=view.pk), CityView.objects.get(pk=view.pk)
    mine.text = "市の答え"
    actions.write_view(view=mine, edition=view.edition, by=None)
    theirs.text = "別の答え"
    with pytest.raises(ActionRefused, match="ほかの人"):
        actions.write_view(view=theirs, edition=view.edition, by=None)
    mine.section = published().sections.first()
    with pytest.raises(ActionRefused, match="この案の節ではありません"):
        actions.write_view(view=mine, edition=mine.edition, by=None)


def test_the_result_says_what_is_missing_and_which(case: Case) -> None:
    def missing() -> str:
        return " ".join(missing_for_result(case))

    numbers = [opinion.number_shown for opinion in case.opinions.order_by("number")]
    assert missing() == f"要点を切り出していない意見：{'、'.join(numbers)}"
    for number in range(3):
        actions.cut_point(part=part(case, number), quote=part(case, number).body, by=None)
    assert "市の考え方に入っていない要点がある意見" in missing()
    view = viewed(case, kind=None, text="")
    assert "要点が一つもない市の考え方：1" in missing()
    for point in OpinionPoint.objects.of_case(case):
        actions.place_point(point=point, view=view, by=None)
    assert missing() == "反映区分か文がない市の考え方：1"
    view.refresh_from_db()
    view.kind, view.text = ViewKind.objects.get(code="adopted"), "木を植えます。"
    actions.write_view(view=view, edition=view.edition, by=None)
    assert missing() == "変えた節を示していない市の考え方：1"
    view.kind, view.summary = ViewKind.objects.get(code="reference"), "調布 見本さんの木の話"
    actions.write_view(view=view, edition=view.edition, by=None)
    assert "氏名と同じことば" in missing()
    for verb in (actions.hand_in_result, actions.publish_result):
        with pytest.raises(ActionRefused) as refused:
            verb(case=case, by=None)
        assert refused.value.missing
    view.summary = "木を植えてほしい。"
    actions.write_view(view=view, edition=view.edition, by=None)
    assert missing() == ""


def test_letters_people_and_points_are_counted_apart(case: Case) -> None:
    late = entered(case, "遅れた文", received_on=case.closes_on, channel="fax")
    actions.exclude_opinion(opinion=late, reason="late", by=None)
    answered(case, publish=False)
    figures = figures_of(case)
    assert (figures["opinions"], figures["points"]) == (3, 3)
    assert figures["people"] == {"persons": 1, "groups": 1}
    assert dict(figures["channels"]) == {"web": 2, "post": 1, "fax": 0, "counter": 0, "mail": 0}
    assert figures["excluded"] == [["late", 1]]
    assert sum(n for _name, _meaning, n in figures["kinds"]) == 3


def test_people_are_not_counted_once_their_names_are_gone(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(result_due_on=None, announced_at=None)
    Case.objects.filter(pk=case.pk).update(delete_senders_on=case.closes_on + timedelta(days=1))
    assert actions.delete_senders() == 3
    assert figures_of(case)["people"] is None


def test_a_second_person_publishes_what_the_preview_showed(case: Case) -> None:
    first, second = make_staff(case.department), make_staff(case.department)
    answered(case, publish=False)
    with pytest.raises(ActionRefused, match="まだ提出されていません"):
        actions.publish_result(case=case, by=second)
    actions.hand_in_result(case=case, by=first)
    with pytest.raises(ActionRefused, match="別の職員"):
        actions.publish_result(case=case, by=first)
    with pytest.raises(ActionRefused, match="内容が変わりました"):
        actions.publish_result(case=case, by=second, seen="0" * 64)
    actions.write_view(view=case.views.get(), edition=case.views.get().edition, by=second)
    with pytest.raises(ActionRefused, match="まだ提出されていません"):
        actions.publish_result(case=case, by=second)
    actions.hand_in_result(case=case, by=first)
    result = actions.publish_result(case=case, by=second)
    assert case.state == "answered"
    assert result.figures["rows"][0]["text"] == "市の答えです。"
    verbs = list(AuditEntry.objects.for_target(case).values_list("verb", flat=True)[:2])
    assert verbs == ["publish_public_comment", "hand_in_result"]


def test_a_published_edition_never_changes_and_a_correction_is_another(case: Case) -> None:
    first = answered(case)
    for change in (lambda: ResultEdition.objects.update(note="x"), lambda: ResultEdition.objects.all().delete()):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            change()
    view = case.views.get()
    view.text = "直した答えです。"
    actions.write_view(view=view, edition=view.edition, by=None)
    page = Client().get(first.get_absolute_url()).text
    assert "市の答えです。" in page
    assert "直した答え" not in page
    actions.hand_in_result(case=case, by=None)
    with pytest.raises(ActionRefused, match="何を直したか"):
        actions.publish_result(case=case, by=None)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM public_comments_sender")
    second = actions.publish_result(case=case, by=None, note="答えの誤りを直しました。")
    assert second.figures["people"] == first.figures["people"]
    newest = Client().get(f"{case.get_absolute_url()}results/").text
    assert "直した答えです。" in newest
    assert "答えの誤りを直しました。" in newest
    former = Client().get(first.get_absolute_url()).text
    assert "新しい版があります" in former
    assert "直した答え" not in former


def test_page_and_files_hold_the_same_rows(case: Case) -> None:
    result, base = answered(case), f"{case.get_absolute_url()}results"
    page = Client().get(f"{base}/").text
    assert "木を植えてほしい。" in page
    assert "個人 1人、団体 1団体" in page
    rows = list(csv.reader(io.StringIO(b"".join(Client().get(f"{base}.csv").streaming_content).decode("utf-8-sig"))))
    assert rows[1] == ["1", "案の全体", "木を植えてほしい。", "3", "3", "今後の参考", "市の答えです。", ""]
    book = openpyxl.load_workbook(io.BytesIO(Client().get(f"{base}.xlsx").content))
    assert [cell.value for cell in book.worksheets[0][2]][:4] == [1, "案の全体", "木を植えてほしい。", 3]
    assert any("個人 1人、団体 1団体" in str(cell.value) for row in book.worksheets[-1] for cell in row)
    assert Client().get(f"{base}.pdf").content.startswith(b"%PDF")
    for ending in ("/", ".csv", ".xlsx", ".pdf"):
        assert Client().get(f"{base}{ending}?edition=7").status_code == 404
        assert Client().get(f"{open_case().get_absolute_url()}results{ending}").status_code == 404
    assert result.figures["rows"][0]["points"] == 3


def test_nobody_is_named_in_the_result_and_nothing_is_public_before_it(case: Case) -> None:
    assert "results/" not in Client().get(case.get_absolute_url()).text
    answered(case)
    page = Client().get(case.get_absolute_url()).text
    assert "results/" in page
    for address in (f"{case.get_absolute_url()}results/", f"{case.get_absolute_url()}results.csv"):
        answer = Client().get(address)
        words = answer.text if not answer.streaming else b"".join(answer.streaming_content).decode()
        assert not [name for name in ("調布見本", "見本会", "見本町", TREES) if name in words]


def test_a_change_of_the_draft_leads_to_the_changed_section(case: Case) -> None:
    later = published(case.version.document, SECOND, base=case.version, stage=stage("final"), slug="final")
    answered(
        case, kind="adopted", changed_section=later.sections.get(key="s2"), section=case.version.sections.get(key="s2")
    )
    page = Client().get(f"{case.get_absolute_url()}results/").text
    assert f'href="{later.get_absolute_url()}#s2"' in page
    assert f'href="{case.version.get_absolute_url()}#s2"' in page


def test_who_asked_is_told_and_nobody_else() -> None:
    case, person = open_case(), UserFactory()
    sent(case, author=person)
    sent(case)
    answered(close(case))
    told = Notification.objects.get()
    assert (told.recipient_id, told.kind) == (person.pk, "public-comment-result")
    assert case.title in told.title


def test_a_case_without_opinions_is_closed_in_two_presses() -> None:
    case = close(open_case())
    assert missing_for_result(case) == []
    actions.hand_in_result(case=case, by=None)
    actions.publish_result(case=case, by=None)
    assert "意見はありませんでした。" in Client().get(f"{case.get_absolute_url()}results/").text


def at(row: Any, page: str = "change", *more: Any) -> str:
    return reverse(f"admin:public_comments_{row._meta.model_name}_{page}", args=[row.pk, *more])


def test_staff_do_the_whole_work_in_their_pages(case: Case, sign_in: SignIn) -> None:
    first, second = sign_in(make_staff(case.department)), sign_in(make_staff(case.department))
    kind = ViewKind.objects.get(code="reference").pk
    add = reverse("admin:public_comments_cityview_add")
    said = {"case": case.pk, "summary": "木と川を大切に", "kind": kind, "text": "大切にします。", "seen": "0"}
    assert first.post(add, said).status_code == 302
    view = CityView.objects.get()
    assert f"{at(case, 'result')}" in first.get(at(case)).text
    for opinion in case.opinions.all():
        one = opinion.parts.get()
        assert one.body in first.get(at(opinion)).text
        prefix = f"part-{one.pk}"
        wrong = first.post(at(opinion, "cut", one.pk), {f"{prefix}-quote": "違う文"}, follow=True)
        assert "そのまま使って" in wrong.text
        first.post(at(opinion, "cut", one.pk), {f"{prefix}-quote": one.body, f"{prefix}-view": view.pk})
    point = OpinionPoint.objects.first()
    first.post(at(point.part.opinion, "place", point.pk), {"view": "", "out_of_scope": "別の話"})
    assert OpinionPoint.objects.get(pk=point.pk).out_of_scope == "別の話"
    assert OpinionPoint.objects.filter(view=view).count() == 2
    assert "大切にします。" in first.get(at(case, "result")).text
    first.post(at(case, "hand_in"))
    assert "あなたが提出した案です" in first.get(at(case, "result")).text
    page = second.get(at(case, "result")).text
    seen = page.partition('name="seen" value="')[2][:64]
    refused = first.post(at(case, "publish"), {"seen": seen}, follow=True)
    assert "別の職員が確かめて" in refused.text
    assert "結果を公表しました" in second.post(at(case, "publish"), {"seen": seen}, follow=True).text
    assert "別の話：1件" in Client().get(f"{case.get_absolute_url()}results/").text


def test_other_departments_neither_see_nor_do_anything(case: Case, sign_in: SignIn) -> None:
    answered(case, publish=False)
    view, opinion, point = case.views.get(), Opinion.objects.first(), OpinionPoint.objects.first()
    for other in (sign_in(make_staff()), sign_in(make_moderator())):
        for page in ("result", "hand_in", "publish"):
            assert other.post(at(case, page)).status_code == 403
        assert other.get(at(view)).status_code in {302, 403, 404}
        assert other.post(at(view, "delete"), {"post": "yes"}).status_code in {302, 403, 404}
        assert other.post(at(opinion, "place", point.pk), {"remove": "1"}).status_code == 404
        assert other.post(at(opinion, "cut", point.part_id), {"quote": "x"}).status_code == 404
    assert CityView.objects.filter(pk=view.pk).exists()
    assert OpinionPoint.objects.filter(pk=point.pk).exists()
    assert not User.objects.filter(public_comments__isnull=False).exists()


def test_a_result_asks_the_same_for_any_number_of_views(case: Case, django_assert_max_num_queries: Any) -> None:
    later = published(case.version.document, SECOND, base=case.version, stage=stage("final"), slug="final")
    for key in ("s1", "s2", "s3"):
        viewed(case, section=case.version.sections.get(key=key), changed_section=later.sections.get(key=key))
    with django_assert_max_num_queries(11):
        figures = figures_of(Case.objects.for_lists().get(pk=case.pk))
    assert [row["section"][:1] for row in figures["rows"]] == ["1", "2", "3"]


def test_a_letter_that_has_its_point_already_stops_nobody() -> None:
    """Its words differ from the first letter's in a blank alone."""
    case = open_case()
    first, twin = sent(case, "反対です。"), sent(case, "反対 です。")
    close(case)
    actions.cut_point(part=twin.parts.get(), quote="反対 です。", by=None)
    points = actions.cut_point(part=first.parts.get(), quote="反対です。", with_same=True, by=None)
    assert [point.part.opinion for point in points] == [first]


def test_what_changes_the_counts_has_to_be_handed_in_again() -> None:
    case = open_case()
    letter = sent(case, "反対です。")
    Case.objects.filter(pk=close(case).pk).update(handed_in_at=timezone.now())
    actions.exclude_opinion(opinion=letter, reason="repeated", by=None)
    assert Case.objects.get(pk=case.pk).handed_in_at is None


def test_a_correction_that_was_handed_in_waits_in_the_list() -> None:
    case = close(open_case())
    now = timezone.now()
    Case.objects.filter(pk=case.pk).update(answered_at=now, handed_in_at=now)
    assert list(Case.objects.handed_in()) == [case]


def test_what_looks_like_personal_data_is_shown_before_the_publication(sign_in: Any) -> None:
    case = open_case()
    letter = sent(case, "反対です。連絡は 042-000-0000 へ。")
    close(case)
    point = actions.cut_point(part=letter.parts.get(), quote="反対です。", by=None)[0]
    view = viewed(case, text="お答えは 042-000-0000 へ。")
    page = reverse("admin:public_comments_case_result", args=[case.pk])
    browser = sign_in(make_staff(case.department))
    text = browser.get(page).text
    assert "公表する前に見直すところ" in text
    assert f'{reverse("admin:public_comments_cityview_change", args=[view.pk])}">{view.number}</a>' in text
    actions.place_point(point=point, view=None, out_of_scope="連絡先 a@example.org のため", by=None)
    assert "「答えない理由」に" in browser.get(page).text
    CityView.objects.filter(pk=view.pk).update(text="お答えします。")
    OpinionPoint.objects.update(out_of_scope="別の話のため")
    assert "公表する前に見直すところ" not in browser.get(page).text
