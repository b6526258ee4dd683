"""Load one whole timeline (見本): proposal, topic, reply, project, plan line and that year's grade.

Its days follow the start of the portal: the theme was asked two fiscal years ago and answered in the same autumn, the
project began in April after it, and the sheet is the one of the fiscal year that ended last. Everything says 見本.
"""

from datetime import date, datetime, time

from django.utils import timezone

from apps.accounts.models import User
from apps.consultations.load_generator import PastAnswer, tell_past_theme
from apps.consultations.models import AnswerChange, Consultation, ReplyStatus, Topic
from apps.core.fiscal import fiscal_year
from apps.council.models import Project
from apps.plans.generate import Grading, tie, write_year
from apps.plans.models import Block, Evidence, Plan, SheetLine

THEME, PROJECT, PLAN = "demo-sodan", "demo-running", "demo-901"
TITLE = "【見本】身近な場所での、デジタルの相談"
SUMMARY = "スマートフォンなどの困りごとを、身近な場所で相談したいという意見をまとめた見本です。"
REPLY = (
    "**【見本】この文は、表示のしかたを確かめるためのものです。調布市の実際の回答ではありません。**\n\n"
    "身近な場所での相談会を、次の年度から団体と一緒に開きます。"
)
ANSWER = "**【見本】調布市の実際の回答ではありません。**\n\n寄せられた意見を論点にまとめ、次の年度の取組と計画に反映しました。"
# Sentences of the vision's 中間とりまとめ: (author, text, day of June)
VOICES = [
    ("resident-a", "デジタルが苦手な高齢者の不安を解消できるとよいです。", 12),
    ("resident-b", "日々の暮らしで困ったことを誰に聞けばよいかすぐわかるまちになってほしい。", 20),
]
BLOCKS = {
    Block.YEARLY: "◆（見本）デジタルの相談会の開催",
    Block.PLAN_FIRST: "○（見本）身近な場所での相談会を、団体と一緒に始めます。",
    Block.DO_FIRST: "○（見本）団体と一緒に、相談会を始めました。",
    Block.DIRECTION: "○（見本）会場を増やします。",
    Block.PLAN_SECOND: "○（見本）会場を増やして、相談会を続けます。",
    Block.DO_SECOND: "○（見本）会場は増やせましたが、平日の昼が中心でした。",
    Block.SUMMARY: "○（見本）相談会を続け、働いている方も来られる時間を考えます。",
}
REASON = "（見本）相談会は計画のとおり始められましたが、開く時間が平日の昼に限られたため。"
NEXT_ACTION = "（見本）夕方や休日にも開くことを検討します。"


def april(year: int) -> date:
    """Return the first day of a fiscal year."""
    return date(year, 4, 1)


def at_noon(year: int, month: int, day: int) -> datetime:
    """Return noon of a day in Chofu."""
    return datetime.combine(date(year, month, day), time(12), tzinfo=timezone.get_current_timezone())


def walk_one_way() -> None:
    """Make the whole way, each part by the people of the demonstration who would make it."""
    this_year = fiscal_year(timezone.localdate())
    clerk = User.objects.by_email("secretariat@example.com").get()
    topic = tell_theme(this_year - 2)
    project = begin_project(topic, this_year - 1)
    judged = Grading("B", REASON, NEXT_ACTION, Evidence(kind=Evidence.Kind.PROJECT, title=project.title))
    plan = Plan.objects.get_by_natural_key(PLAN)
    sheet = write_year(plan, this_year - 1, blocks=BLOCKS, grading=judged, by=clerk)
    done = SheetLine.objects.get_by_natural_key(sheet.year, sheet.number, sheet.edition, Block.DO_FIRST, 1)
    tie(done, "project", project.slug, by=clerk)


def tell_theme(year: int) -> Topic:
    """Create the consultation of a former fiscal year: open in June and July, answered on 1 October."""
    theme = Consultation.objects.get_by_natural_key(THEME)
    dates = {
        "published_at": at_noon(year, 5, 25), "opens_at": at_noon(year, 6, 1), "closes_at": at_noon(year, 8, 1),
        "reply_due_on": date(year, 10, 31), "answer": ANSWER, "answered_at": at_noon(year, 10, 1),
    }  # fmt: skip
    Consultation.objects.filter(pk=theme.pk).update(**dates)
    theme.refresh_from_db()
    AnswerChange.objects.add(theme, moment=at_noon(year, 10, 1))
    voices = [
        (User.objects.by_email(f"{key}@example.com").get(), body, at_noon(year, 6, day)) for key, body, day in VOICES
    ]
    status = ReplyStatus.objects.get(code="reflected")
    said = PastAnswer(TITLE, SUMMARY, REPLY, status, at_noon(year, 8, 20), at_noon(year, 10, 1))
    return tell_past_theme(consultation=theme, voices=voices, said=said)


def begin_project(topic: Topic, year: int) -> Project:
    """Create the project of the demonstration that answers the topic: it began in April after the reply."""
    project: Project = Project.objects.get_by_natural_key(PROJECT)
    project.topic, project.starts_on, project.stage_since = topic, april(year), april(year)
    project.published_at = project.changed_at = at_noon(year, 4, 1)
    project.save()
    return project
