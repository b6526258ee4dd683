"""The pages of the vision: all of a viewpoint or field on one page, nothing that is not public, a fixed number of queries."""

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.consultations.models import ChosenVoice, Proposal, State
from apps.vision.models import Field, Viewpoint
from tests.accounts.factories import make_secretariat
from tests.consultations.factories import ConsultationFactory, ProposalFactory
from tests.council.factories import ProjectFactory
from tests.vision.factories import (
    DigitalCaseFactory,
    FieldFactory,
    IndicatorFactory,
    PriorityProjectFactory,
    SurveyRankingFactory,
    ViewpointFactory,
)

pytestmark = pytest.mark.django_db
# What the 中間とりまとめ names on the page of each viewpoint.
NAMED = {
    1: [
        "子どもたちの未来のために",
        "安全・安心に暮らせるまちであることや、持続可能なまちづくりをしていくことが",
        "子どもがたくさん住んでいる街だったら", "市全体で使える見守りネットワーク", "子どもの声が楽し気に響くまち",
        "子どもがイキイキとしているまち", "大人になって自分の育ったまちを", "図書館や公園を学びと遊びの拠点に",
        "安全・安心に暮らせるまち", "災害に強いまち、地域防犯力の高いまちを目指し",
        "調布の宝である子どもたちを応援するまち", "地域で安心して子どもを産み、育てられる環境",
        "中学生以上の若者ニーズ調査", "学習・学び直しができる環境・機会の充実", "過半数",
        "学びたいときに学べる環境が整っていることは将来の希望に繋がる！", "優先度ランキング", "防犯対策", "地震対策",
        "風水害対策", "安全・安心に関する項目が上位にランクイン！", "避難所開設状況・混雑状況の配信",
        "調布市公式LINE（情報発信、道路等の不具合報告）", "認知症徘徊高齢者探知システム", "あんしんコール実証事業",
        "eスポーツを起点としたインクルーシブな交流・体験機会の創出事業", "グリーンインフラの活用", "【防災教育の日】での連携",
    ],
    2: [
        "人が集まる魅力的なまち", "まちの魅力を高めるだけでなく、その魅力を発信していくことも重要です。",
        "資料では画像のため文字を転記できません", "にぎわいと交流のある活気に満ちたまち",
        "利便性と快適性を兼ね備え、地域資源や特性を活かした", "人と自然がおりなすうるおいあるまち", "環境保全意識の高まりとともに",
        "中心市街地（調布・布田・国領駅周辺）が魅力的と感じている市民の割合", "72.2%", "80.0%", "令和8年度（2026年度）",
        "目標達成に向け、年々増加傾向！", "調布のまちの魅力や個性・特色", "都心への交通の便がよい", "豊かな自然がある",
        "日常の買い物が便利", "生活のしやすさと自然環境の両立が、調布らしさとして評価！", "デジタルスタンプラリーイベント",
        "「映画のまち調布」PR映像「ガチョシアター」", "お出かけ情報サービス",
        "イベントスタンプラリーやチケット（半券）優待サービスによる市内回遊の促進", "グリーンインフラの活用", "【再掲】",
    ],
    3: [
        "利便性の高い、快適なくらし", "誰にとっても快適な暮らしを提供することを両立させていく必要があります。",
        "夏に水遊びができる広い公園や屋根（日陰）のある遊び場", "車いすでも走行しやすい街", "交通の便が良い街が良いです。",
        "ショッピングも季節の散策もしやすい街に。", "高齢者の生きがいの場が欲しい", "家族で過ごす場所がたくさんあるまち",
        "日々の暮らしで困ったことを誰に聞けばよいかすぐわかるまち", "誰もが自分らしく安心して住み続けられるまち",
        "誰もが住み慣れた地域で安心して暮らせる共生社会の充実", "住みよいまちと感じている市民の割合", "94.4%", "95.0%",
        "非常に高い水準で推進！", "普段利用している道路が通行しやすいと感じている市民の割合", "65.1%", "70.0%",
        "目標達成には、もう一歩！", "障害者の福祉に満足している市民の割合", "70.5%", "75.5%",
        "目標の75％に向けて、さらに心地よいサポートを届けます！", "資料の中で目標の数字に食い違いがあります。",
        "自動窓口受付システム",
        "「自治体・医療機関等をつなぐ情報連携システム（PMH：Public Medical Hub）」先行実施事業",
        "ちょうふおやこ手帳アプリを通じた伴走型相談支援", "高齢者人感センサー安否通報システム", "北部地域デマンド型交通",
        "がん相談サポート事業", "ごみナビの開発", "お出かけ情報サービス", "【再掲】",
    ],
    4: [
        "多様な人材が生きる機会", "みんなで創り上げていくまちの「チカラ」になります。",
        "市民同士の交流が盛んなまちになってほしい！",
        "多世代が一緒に交流する場", "企業、大学がもっと地域や子どもたちにオープンになって", "より良くするための意見を出し",
        "大学や企業が参加・運営できるイベントづくり", "にぎわいと交流のある活気に満ちたまち",
        "調布の宝である子どもたちを応援するまち", "市民意識調査", "市政・まちづくりに参加したいと思う市民の割合", "57.2%",
        "みんながまちづくりの主役！と思えるように。",
        "「まちに親しみや愛着を感じている」市民の割合", "78.3%", "高水準だけど、もう一歩！", "目標なし", "ちょうふLiqlid",
        "チャット相談支援事業（子ども・若者と家族を対象）", "CDC（調布・デジタル・長寿）事業",
        "超小型バイオガスプラントを活用した地域資源循環実証モデル事業", "ローカル5G 実証ハウス栽培トマトの活用",
        "シニア向けスマホ講習会",
    ],
}  # fmt: skip


def main_of(client: Client, address: str) -> str:
    """What stands between the header and the footer of a page."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0]


@pytest.mark.usefixtures("first_day")
@pytest.mark.parametrize("number", sorted(NAMED))
def test_nothing_that_the_document_names_is_missing(client: Client, number: int) -> None:
    html = main_of(client, f"/vision/{number}/")
    assert [words for words in NAMED[number] if words not in html] == []
    assert html.count(">目標なし</strong>") == (2 if number == 4 else 0)


@pytest.mark.usefixtures("first_day")
def test_the_whole_names_viewpoints_fields_and_every_indicator(client: Client) -> None:
    html = main_of(client, "/vision/")
    for row in [*Viewpoint.objects.all(), *Field.objects.all()]:
        assert f'href="{row.get_absolute_url()}"' in html
        assert row.title in html
    assert "市民のニーズを捉えたより便利で快適な暮らしにつながるサービスや取組など新たな価値が生まれ続けるまち" in html
    assert html.count("目標なし") == 2
    assert "うち再掲1件" in html
    assert "しくみづくり" in html


@pytest.mark.usefixtures("first_day")
def test_frozen_and_live_likes_stand_side_by_side(client: Client) -> None:
    Proposal.objects.filter(code="C25-0001").update(like_count=3)
    html = " ".join(main_of(client, "/vision/1/").split())
    assert "<strong>5</strong>件（令和7年11月10日時点）" in html
    assert "現在 8件" in html


@pytest.mark.parametrize("state", [State.HIDDEN, State.WITHDRAWN, State.HELD])
def test_a_voice_that_is_no_longer_public_vanishes(client: Client, state: str) -> None:
    viewpoint = ViewpointFactory(number=1)
    proposal = ProposalFactory(body="消える声")
    ChosenVoice.objects.choose(proposal=proposal, viewpoint=viewpoint, by=make_secretariat())
    assert "消える声" in main_of(client, "/vision/1/")
    Proposal.objects.filter(pk=proposal.pk).update(state=state)
    for address in ("/vision/1/", "/vision/1/voices/"):
        html = main_of(client, address)
        assert "消える声" not in html
        assert proposal.code not in html
    gone = "選定後に非表示または取り下げとなった声が1件あります。" in main_of(client, "/vision/1/")
    assert gone is (state != State.HELD)


def test_what_is_not_public_is_on_no_page(client: Client) -> None:
    viewpoint, field = ViewpointFactory(number=1), FieldFactory(slug="town")
    ties: dict[str, Any] = {"viewpoints": [viewpoint], "fields": [field], "is_public": False}
    IndicatorFactory(title="非公開の指標", slug="secret", values={2024: "1"}, **ties)
    DigitalCaseFactory(title="非公開の事例", **ties)
    SurveyRankingFactory(title="非公開の調査", **ties)
    PriorityProjectFactory(title="非公開の計画", **ties)
    for address in ("/vision/", "/vision/1/", "/fields/town/", "/indicators/", "/vision/1/indicators/"):
        assert "非公開の" not in main_of(client, address)
    assert client.get("/indicators/secret/").status_code == 404
    assert client.get("/indicators/secret/values.csv").status_code == 404


@pytest.mark.usefixtures("first_day")
def test_a_fifth_viewpoint_and_a_sixth_field_need_no_code(client: Client) -> None:
    ViewpointFactory(number=5, title="五つ目の視点", slug="fifth")
    FieldFactory(slug="sixth", title="六つ目の分野")
    assert "五つ目の視点" in main_of(client, "/vision/")
    assert "まだ選ばれた声がありません。" in main_of(client, "/vision/5/")
    assert "六つ目の分野" in main_of(client, "/vision/")
    assert "指標は、まだありません。" in main_of(client, "/fields/sixth/")
    assert "五つ目の視点" in main_of(client, "/indicators/")


def fill(viewpoint: Viewpoint, field: Field, number: int) -> None:
    """A viewpoint and field with so many of everything."""
    by = make_secretariat()
    for _n in range(number):
        ties = {"viewpoints": [viewpoint], "fields": [field]}
        IndicatorFactory(values={2023: "70", 2024: "71"}, **ties)
        for factory in (DigitalCaseFactory, SurveyRankingFactory, PriorityProjectFactory):
            factory(**ties)
        asked = ConsultationFactory()
        asked.viewpoints.add(viewpoint)
        asked.fields.add(field)
        voice = ProposalFactory(consultation=asked)
        ChosenVoice.objects.choose(proposal=voice, viewpoint=viewpoint, by=by)
        project = ProjectFactory()
        project.set_viewpoints([viewpoint])
        project.fields.add(field)


@pytest.mark.parametrize(
    "address",
    ["/vision/", "/vision/1/", "/fields/town/", "/indicators/", "/vision/1/voices/", "/fields/town/indicators/"],
)
@pytest.mark.usefixtures("without_page_cache")
def test_three_things_cost_as_many_queries_as_thirty(client: Client, address: str) -> None:
    viewpoint, field = ViewpointFactory(number=1), FieldFactory(slug="town")
    counts = []
    for more in (3, 27):
        fill(viewpoint, field, more)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            main_of(client, address)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 40


def test_a_long_list_is_cut_with_the_way_to_all_of_it(client: Client) -> None:
    viewpoint = ViewpointFactory(number=1)
    for n in range(25):
        DigitalCaseFactory(title=f"事例その{n:02}", viewpoints=[viewpoint])
    html = main_of(client, "/vision/1/")
    assert html.count("事例その") == 12
    assert 'href="/vision/1/cases/"' in html
    assert "全25件" in html
    first = client.get("/vision/1/cases/")
    seen = first.content.decode().count("事例その")
    rest = client.get("/vision/1/cases/" + first.context["older_url"]).content.decode().count("事例その")
    assert (seen, rest) == (20, 5)


@pytest.mark.parametrize(
    "address",
    [
        "/vision/9/", "/vision/99999999999999999999/", "/vision/1/nothing/", "/fields/nowhere/", "/fields/town/nothing/",
        "/indicators/nothing/", "/indicators/nothing/values.csv",
    ],
)  # fmt: skip
def test_what_is_not_there_is_404(client: Client, address: str) -> None:
    ViewpointFactory(number=1)
    FieldFactory(slug="town")
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "viewpoint=9",
        "viewpoint=abc",
        "viewpoint=99999999999999999999",
        "field=%00",
        "standing=x",
        "q=%00",
        "cursor=broken",
    ],
)
def test_a_strange_filter_shows_the_whole_list(client: Client, query: str) -> None:
    IndicatorFactory(title="ひとつだけの指標", values={2024: "1"})
    assert "ひとつだけの指標" in main_of(client, f"/indicators/?{query}")


@pytest.mark.usefixtures("first_day")
def test_indicators_are_filtered(client: Client) -> None:
    expected = {
        "viewpoint=3": 3, "viewpoint=1": 0, "field=mobility": 1, "standing=none": 2, "standing=short": 4,
        "standing=reached": 0, "q=道路": 1, "viewpoint=4&standing=none": 2,
    }  # fmt: skip
    found = {query: main_of(client, f"/indicators/?{query}").count('<svg class="chart__picture"') for query in expected}
    assert found == expected
    assert "あてはまる指標は見つかりませんでした。" in main_of(client, "/indicators/?viewpoint=1")


def test_an_indicators_page_says_all_of_it(client: Client) -> None:
    IndicatorFactory(
        slug="centre", title="魅力的と感じる割合", remark="もう少し！", note="資料に食い違いがあります",
        values={2022: "70.0", 2023: "71.0", 2024: "72.2"}, viewpoints=[ViewpointFactory()], fields=[FieldFactory()],
    )  # fmt: skip
    html = main_of(client, "/indicators/centre/")
    for words in (
        "72.2%", "目標まで、あと7.8ポイント", "前回から+1.2ポイント", "もう少し！", "資料に食い違いがあります",
        "令和4年度（2022年度） 70.0%", "<desc", "市民意識調査", "分野", "視点",
    ):  # fmt: skip
        assert words in html, words
    assert "style=" not in html


def test_the_values_are_a_file(client: Client) -> None:
    IndicatorFactory(slug="centre", title="=割合", values={2023: "71", 2024: "72.2"})
    answer = client.get("/indicators/centre/values.csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[0][:5] == ["指標コード", "指標名", "年度", "値", "単位"]
    assert [row[:5] for row in rows[1:]] == [
        ["centre", "'=割合", "2023", "71", "%"],
        ["centre", "'=割合", "2024", "72.2", "%"],
    ]


def test_a_voice_of_two_viewpoints_stands_once_in_its_field(client: Client) -> None:
    field, by = FieldFactory(slug="town"), make_secretariat()
    proposal = ProposalFactory(body="二つの視点の声")
    proposal.consultation.fields.add(field)
    for _n in range(2):
        ChosenVoice.objects.choose(proposal=proposal, viewpoint=ViewpointFactory(), by=by)
    assert main_of(client, "/fields/town/").count("二つの視点の声") == 1
