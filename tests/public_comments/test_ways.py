"""The way of an opinion in public: found by search, from its answer to the changed section and back, and by its sender."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from apps.public_comments import actions
from apps.public_comments.models import Case, ResultRow
from tests.documents.factories import SECOND, published, stage
from tests.public_comments.factories import answered, close, entered, open_case, sent, sent_with_words, viewed

pytestmark = pytest.mark.django_db
TREES = "ひまわり畑をつくってください。"


def with_change(case: Case) -> Any:
    """Publish the result of a case in which a section was changed; return the later version."""
    later = published(case.version.document, SECOND, base=case.version, stage=stage("final"), slug="final")
    section = case.version.sections.get(key="s2")
    answered(
        case, kind="adopted", summary=TREES, changed_section=later.sections.get(key="s2"), section=section
    )  # fmt: skip
    return later


@pytest.fixture
def case() -> Case:
    """A closed case with one letter."""
    case = open_case()
    sent(case, TREES, section=case.version.sections.get(key="s2"))
    return close(case)


def search(word: str) -> str:
    return Client().get("/search/", {"q": word}).text


def test_a_published_opinion_is_found_and_not_before(case: Case) -> None:
    answered(case, publish=False, summary=TREES)
    assert reverse("public_comments:results", args=[case.slug]) not in search("ひまわり畑")
    actions.hand_in_result(case=case, by=None)
    actions.publish_result(case=case, by=None)
    row = ResultRow.objects.public().get()
    assert f'href="{row.get_absolute_url()}"' in search("ひまわり畑")
    assert f'id="view-{row.number}"' in Client().get(row.get_absolute_url()).text


def test_a_corrected_row_is_found_as_it_reads_now(case: Case) -> None:
    answered(case, summary=TREES)
    view = case.views.get()
    view.summary = "菜の花畑をつくる。"
    actions.write_view(view=view, edition=view.edition, by=None)
    actions.hand_in_result(case=case, by=None)
    actions.publish_result(case=case, by=None, note="概要を直しました。")
    assert TREES not in search("ひまわり畑"), "the like of it may be"
    assert case.slug in search("菜の花畑")


def test_a_section_names_the_opinions_that_moved_it_and_those_about_it(case: Case) -> None:
    later = with_change(case)
    row = ResultRow.objects.public().get()
    new, old = (Client().get(version.get_absolute_url()).text for version in (later, case.version))
    assert "この節を動かしたパブリック・コメントの意見" in new
    assert f'href="{row.get_absolute_url()}"' in new
    assert "この節を動かした" not in old
    assert "この節へのパブリック・コメントの意見と市の考え方（1）" in old
    compared = reverse("documents:compare", args=[later.document.slug, case.version.slug, later.slug])
    assert f'href="{row.get_absolute_url()}"' in Client().get(compared).text
    assert f'href="{later.get_absolute_url()}#s2"' in Client().get(row.get_absolute_url()).text


def test_sections_ask_the_same_for_any_number_of_opinions(case: Case, django_assert_max_num_queries: Any) -> None:
    for key in ("s1", "s2", "s3"):
        viewed(case, section=case.version.sections.get(key=key))
    for view in case.views.all():
        actions.cut_point(part=case.opinions.get().parts.get(), quote=TREES[: 3 + view.number], view=view, by=None)
    actions.hand_in_result(case=case, by=None)
    actions.publish_result(case=case, by=None)
    with django_assert_max_num_queries(14):
        assert Client().get(case.version.get_absolute_url()).text.count("意見と市の考え方（") == 3


def test_the_sender_finds_the_answer_to_the_own_points() -> None:
    case = open_case()
    mine, words = sent_with_words(case, TREES)
    other = sent(case, "道を直してください。")
    close(case)
    roads = viewed(case, summary="道を直す。")
    actions.cut_point(part=other.parts.get(), quote="道を直してください。", view=roads, by=None)
    browser = Client()
    browser.post("/public-comments/receipt/", {"number": mine.number_shown, "passphrase": words})
    assert "この意見への市の考え方" not in browser.get(mine.get_absolute_url()).text
    answered(case, summary=TREES)
    page = browser.get(mine.get_absolute_url()).text
    assert "この意見への市の考え方" in page
    assert TREES in page
    assert "道を直す。" not in page


def test_editions_of_before_get_their_rows(case: Case) -> None:
    whole = entered(case, "全体によいと思います。")
    view = viewed(case, summary="案の全体への意見")
    actions.cut_point(part=whole.parts.get(), quote="全体によい", view=view, by=None)
    with_change(case)
    wanted = ("result", "number", "section", "changed_section", "summary", "text", "kind", "search_text")
    before = list(ResultRow.objects.order_by("number").values(*wanted))
    assert [bool(row["section"]) for row in before] == [False, True]
    ResultRow.objects.all().delete()
    import_module("apps.public_comments.migrations.0006_published_opinions").fill(apps, None)
    assert list(ResultRow.objects.order_by("number").values(*wanted)) == before
