"""Make two surveys (見本): one that can be answered, and one with its result."""

from typing import Any

from apps.accounts.models import Department
from apps.surveys.generate import Sketch, answer_samples, count_sample, keep_open, open_sample

OPEN_SLUG, COUNTED_SLUG = "demo-kouen", "demo-johou"
PEOPLE = 120
PURPOSE = "（見本）アンケートの流れを確かめるための見本です。調布市の実際のアンケートではありません。"
PRIVACY = "（見本）目的のほかには使いません。自由に書く欄に、氏名などは書かないでください。"
THANKS = "（見本）いただいた答えは、公園の使い方を考えるときの参考にします。"
USES = ["散歩", "運動", "こどもの遊び", "休憩"]
KNOWN = "知っている"
OPEN_QUESTIONS = [
    Sketch(
        "one",
        "ふだん、市内の公園に行きますか。",
        options=["よく行く", "ときどき行く", "行かない", "わからない"],
        is_required=True,
    ),
    Sketch("district", "お住まいの地域を選んでください。"),
    Sketch(
        "several",
        "公園で何をしますか。",
        page=2,
        options=USES,
        other="その他",
        exclusive=["わからない"],
        most=2,
        condition=(1, "よく行く"),
    ),
    Sketch("scale", "公園の居心地はどうですか。", page=2, ends=("よくない", "よい")),
    Sketch(
        "matrix",
        "公園の次の点に、どのくらい満足していますか。",
        page=2,
        options=["満足", "どちらともいえない", "不満"],
        rows=["広さ", "木かげ", "ベンチ"],
    ),
    Sketch(
        "ranking",
        "公園に増やしてほしいものを、順に選んでください。",
        page=3,
        options=["木かげ", "水飲み場", "ベンチ", "時計"],
        most=3,
    ),
    Sketch("number", "この一か月に、公園へ何回行きましたか。", page=3, most=31),
    Sketch("long", "公園について、自由に書いてください。", page=3),
]
COUNTED_QUESTIONS = [
    Sketch("district", "お住まいの地域を選んでください。"),
    Sketch("one", "このサイトを、前から知っていましたか。", options=[KNOWN, "名前だけ知っている", "知らない"]),
    Sketch(
        "several",
        "市の情報を、ふだん何で見ますか。",
        options=["市報", "ウェブサイト", "SNS", "掲示板"],
        other="その他",
        exclusive=["わからない"],
    ),
    Sketch("scale", "市の情報は見つけやすいですか。", page=2, ends=("見つけにくい", "見つけやすい")),
    Sketch(
        "matrix",
        "次のことに、どのくらい満足していますか。",
        page=2,
        options=["満足", "どちらともいえない", "不満"],
        rows=["わかりやすさ", "届く早さ"],
    ),
    Sketch("short", "どこで知りましたか。", page=2, condition=(2, KNOWN)),
]


def ask_in_surveys() -> None:
    """Make both surveys."""
    department = Department.objects.get_by_natural_key("kikaku-keiei")
    said: dict[str, Any] = {"purpose": PURPOSE, "department": department, "thanks": THANKS, "privacy": PRIVACY}
    open_sample(slug=OPEN_SLUG, title="【見本】身近な公園についてのアンケート", questions=OPEN_QUESTIONS, **said)
    title = "【見本】市の情報の届き方についてのアンケート"
    counted = open_sample(slug=COUNTED_SLUG, title=title, questions=COUNTED_QUESTIONS, **said)
    answer_samples(counted, PEOPLE)
    count_sample(counted, axes=[1])


def keep_survey_open() -> None:
    """Move the open survey along with the calendar."""
    keep_open(OPEN_SLUG)
