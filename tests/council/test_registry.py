"""The registry: what the vision names is there, a project is counted once, and what is not public is nowhere."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from apps.accounts.models import Posting
from apps.consultations.models import ActionRefused
from apps.council.models import Organization, Participation, Project, ProjectViewpoint, Stage, StageChange
from apps.portal import demo
from apps.vision.models import Viewpoint
from tests.accounts.factories import UserFactory, make_council_member
from tests.council.factories import OrganizationFactory, ProjectFactory, ProjectUpdateFactory
from tests.vision.factories import FieldFactory, ViewpointFactory

pytestmark = pytest.mark.django_db
MEMBERS = [
    "調布市", "国立大学法人電気通信大学", "NPO法人調布市地域情報化コンソーシアム", "アフラック生命保険株式会社", "京王電鉄株式会社",
    "NTT東日本株式会社", "日本郵便株式会社", "鹿島建設株式会社鹿島技術研究所", "多摩信用金庫", "株式会社東京スタジアム",
]  # fmt: skip
UNDER = {1: 4, 2: 3, 3: 3, 4: 4}  # projects named on the page of each viewpoint in the 中間とりまとめ


@pytest.fixture
def loaded() -> None:
    """What the city's documents hold, and no demonstration."""
    for name in ("departments", "vision", "council"):
        demo.load_fixture(name)


@pytest.mark.usefixtures("loaded")
def test_all_ten_members_and_twelve_projects_are_there_with_their_source() -> None:
    page = Client().get("/council/").text
    for name in MEMBERS:
        assert name in page
    assert "構成団体（10団体）" in page
    assert "市議会" in page
    projects = Project.objects.public()
    assert projects.count() == 12
    for project in projects:
        assert "中間とりまとめ" in project.source
        shown = Client().get(project.get_absolute_url()).text
        assert project.source_quote in shown
        said = shown.partition('class="unstated"')[2].partition("</p>")[0]
        assert "資料にない項目：実施団体、段階、期間、協働の手法、場所" in said
        assert 'href="/contact/"' in said
        assert f"くわしくは担当（{project.department or '企画経営課'}）へ" in said
        for empty in ("資料に記載なし", "段階の記載なし", "登録されていません"):
            assert empty not in shown.partition("<main")[2]


@pytest.mark.usefixtures("loaded")
def test_cards_paper_and_table_say_it_once_too() -> None:
    said = "実施団体、段階、期間、協働の手法、場所"
    project = Project.objects.public().first()
    paper = (
        PdfReader(io.BytesIO(Client().get(f"{project.get_absolute_url()}sheet.pdf").content)).pages[0].extract_text()
    )
    assert said in "".join(paper.partition("資料にない項目")[2].split())
    table = b"".join(Client().get("/council/projects.csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    for row in csv.DictReader(io.StringIO(table)):
        assert (row["段階"], row["実施団体"], row["資料にない項目"].startswith(said)) == ("", "", True)
    cards = Client().get("/council/projects/").text.partition("<main")[2]
    for shown in (paper, table, cards):
        assert "資料に記載なし" not in shown
    for shown in (paper, table):
        assert "段階の記載なし" not in shown


@pytest.mark.usefixtures("loaded")
def test_a_project_under_two_viewpoints_is_repeated_on_the_second_and_counted_once() -> None:
    first, second = Viewpoint.objects.get(number=1), Viewpoint.objects.get(number=2)
    green = Project.objects.get(slug="green-infrastructure")
    for viewpoint in Viewpoint.objects.all():
        assert Project.objects.public().for_viewpoint(viewpoint).count() == UNDER[viewpoint.number]
    at_home = {p.pk: p.is_repeat for p in Project.objects.public().for_viewpoint(first).for_cards()}
    repeated = [(p.pk, p.is_repeat) for p in Project.objects.public().for_viewpoint(second).for_cards()]
    assert at_home[green.pk] is False
    assert repeated[-1] == (green.pk, True)
    counts = Project.objects.public().count_by_viewpoint()
    assert sum(home for home, _again in counts.values()) == 12
    assert counts[second.pk] == (2, 1)
    assert Client().get("/council/projects/").text.count("グリーンインフラの活用</a>") == 1
    assert "すべての取組（12件）" in Client().get("/council/").text
    mark = 'グリーンインフラの活用</a> <span class="repeat">【再掲】'
    assert mark in Client().get("/vision/2/").text
    shown = [mark in Client().get(f"/council/projects/?viewpoint={v.pk}").text for v in (first, second)]
    assert shown == [False, True]


@pytest.mark.usefixtures("loaded")
def test_taking_a_project_from_one_viewpoint_leaves_the_other() -> None:
    green = Project.objects.get(slug="green-infrastructure")
    green.set_viewpoints([Viewpoint.objects.get(number=2)])
    assert green not in Project.objects.for_viewpoint(Viewpoint.objects.get(number=1))
    assert [p.is_repeat for p in Project.objects.for_viewpoint(Viewpoint.objects.get(number=2)) if p == green] == [
        False
    ]


@pytest.mark.parametrize("words", [{"result": "100人が使いました。"}, {"lesson": "次は夜間も試します。"}, {}])
def test_a_project_without_result_and_lesson_cannot_close(words: dict[str, str]) -> None:
    project = ProjectFactory(stage=Stage.TRIAL, **words)
    with pytest.raises(ActionRefused, match="次への生かし方"):
        project.enter_stage(Stage.CLOSED, on=timezone.localdate(), by=None)
    with pytest.raises(IntegrityError, match="project_closed_with_lesson"), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(stage=Stage.CLOSED)


def test_a_closed_project_shows_what_was_learned_and_when() -> None:
    project = ProjectFactory(stage=Stage.TRIAL, result="100人が使いました。", lesson="次は夜間も試します。")
    project.enter_stage(Stage.CLOSED, on=timezone.localdate(), by=None)
    page = Client().get(project.get_absolute_url()).text
    for words in ("100人が使いました。", "次は夜間も試します。", "実証 → 終了"):
        assert words in page
    assert StageChange.objects.get().before == Stage.TRIAL


def test_unpublished_projects_are_nowhere() -> None:
    organization = OrganizationFactory()
    secret = ProjectFactory.by(organization, title="未公開の題名", published_at=None)
    ProjectUpdateFactory(project=secret, title="未公開の報告")
    later = ProjectFactory(title="未公開の題名2", published_at=timezone.now() + timedelta(days=1))
    ProjectUpdateFactory(title="まだ出ていない報告", published_at=None)
    for address in (
        "/council/",
        "/council/projects/",
        "/council/projects/?view=board",
        organization.get_absolute_url(),
    ):
        page = Client().get(address).text
        assert "未公開の" not in page
        assert "まだ出ていない報告" not in page
    for project in (secret, later):
        assert Client().get(project.get_absolute_url()).status_code == 404
    assert not Project.objects.public().search("未公開").exists()


def test_searching_finds_a_project_by_its_words() -> None:
    ProjectFactory(title="お出かけ情報サービス")
    ProjectFactory(title="ごみナビ")
    page = Client().get("/council/projects/?q=お出カケ").text
    assert "お出かけ情報サービス" in page
    assert "ごみナビ" not in page


def test_filters_narrow_the_list_and_say_how_many() -> None:
    viewpoint, field, organization = ViewpointFactory(), FieldFactory(), OrganizationFactory()
    wanted = ProjectFactory.by(organization, title="目当ての取組", stage=Stage.TRIAL, starts_on="2025-02-01")
    wanted.fields.add(field)
    wanted.set_viewpoints([viewpoint])
    ProjectFactory(title="ほかの取組", starts_on="2025-05-01")
    for query in (
        f"viewpoint={viewpoint.pk}", f"field={field.pk}", f"organization={organization.pk}", "stage=trial", "year=2024",
    ):  # fmt: skip
        page = Client().get(f"/council/projects/?{query}").text
        assert "目当ての取組" in page, query
        assert "ほかの取組" not in page, query
    page = Client().get("/council/projects/").text
    assert "令和6年度（2024年度）（1）" in page
    assert f"{organization.name}（1）" in page


@pytest.mark.parametrize("query", ["viewpoint=x", "year=²", "organization=99999999999999999999", "stage=%00", "q=%00",
                                   "cursor=x", "view=x", "field=-1"])  # fmt: skip
def test_nonsense_in_the_address_is_as_if_it_were_not_there(query: str) -> None:
    ProjectFactory(title="いつもの取組")
    answer = Client().get(f"/council/projects/?{query}")
    assert answer.status_code == 200
    assert "いつもの取組" in answer.text


@pytest.mark.parametrize(
    "address", ["/council/", "/council/projects/", "/council/projects/?view=board", "organization"]
)
@pytest.mark.usefixtures("without_page_cache")
def test_a_page_asks_the_same_number_of_questions_for_three_and_for_thirty(address: str) -> None:
    organization, viewpoint = OrganizationFactory(), ViewpointFactory()

    def more(count: int) -> None:
        for _ in range(count):
            project = ProjectFactory.by(organization)
            project.set_viewpoints([viewpoint])
            project.fields.add(FieldFactory())
            ProjectUpdateFactory(project=project)

    address = organization.get_absolute_url() if address == "organization" else address
    counts = []
    for count in (3, 27):
        more(count)
        with CaptureQueriesContext(connection) as asked:
            assert Client().get(address).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_project_stands_once_under_a_viewpoint_and_an_organization_once_in_a_project() -> None:
    project, viewpoint = ProjectFactory(), ViewpointFactory()
    ProjectViewpoint.objects.create(project=project, viewpoint=viewpoint, position=1)
    with pytest.raises(IntegrityError, match="placement_once"), transaction.atomic():
        ProjectViewpoint.objects.create(project=project, viewpoint=viewpoint, position=2)


def test_an_organization_takes_part_once() -> None:
    organization = OrganizationFactory()
    project = ProjectFactory.by(organization)
    with pytest.raises(IntegrityError, match="participation_once"), transaction.atomic():
        Participation.objects.create(project=project, organization=organization)


def test_people_follow_their_organizations_new_name() -> None:
    organization = OrganizationFactory(name="旧名称")
    member = make_council_member("旧名称")
    organization.rename("新名称", by=None)
    assert Posting.objects.get(user=member).organization == "新名称"
    member = type(member).objects.with_postings().get(pk=member.pk)
    assert list(Organization.objects.for_user(member)) == [organization]
    assert not Organization.objects.for_user(UserFactory()).exists()
