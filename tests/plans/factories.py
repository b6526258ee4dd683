"""Plans and sheets for tests."""

from typing import Any

import factory

from apps.accounts.models import Department
from apps.plans import actions
from apps.plans.models import Block, Evidence, Grade, Measure, Plan, PlanDepartment, PlanSheet, Policy, ProgressMark
from apps.plans.models import SheetLine as Line
from tests.accounts.factories import DepartmentFactory

WORDS = {"A": "計画どおりに進捗", "B": "概ね計画どおりに進捗"}


def grade(code: str = "A") -> Grade:
    """A step of the scale."""
    return Grade.objects.get_or_create(code=code, defaults={"words": WORDS[code], "needs_next_action": code != "A"})[0]


def circle() -> ProgressMark:
    """○."""
    return ProgressMark.objects.get_or_create(mark="○")[0]


class PolicyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Policy
        django_get_or_create = ("code",)

    code = "2023-1"
    starts_in = 2023
    number = "1"
    title = "共創のまちづくりの実践"


class MeasureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Measure
        django_get_or_create = ("code",)

    policy = factory.SubFactory(PolicyFactory)
    code = "2023-1-1"
    number = "1-1"
    title = "参加と協働による共創のまちづくりの推進"


class PlanFactory(factory.django.DjangoModelFactory):
    """A plan of one department."""

    class Meta:
        model = Plan
        skip_postgeneration_save = True

    measure = factory.SubFactory(MeasureFactory)
    number = factory.Sequence(lambda n: n + 1)
    code = factory.LazyAttribute(lambda o: f"plan-{o.number}")
    title = factory.LazyAttribute(lambda o: f"公園の運営の見直し{o.number}")
    overview = "公園の運営方法について検討を行います。"

    @factory.post_generation
    def department(self: Any, create: bool, given: Department | None, **kwargs: Any) -> None:
        """The department that answers for it."""
        PlanDepartment.objects.create(plan=self, department=given or DepartmentFactory(), order=1)


class SheetFactory(factory.django.DjangoModelFactory):
    """A sheet in 計画, without a line."""

    class Meta:
        model = PlanSheet

    plan = factory.SubFactory(PlanFactory)
    year = 2024
    number = factory.LazyAttribute(lambda o: o.plan.number)


def write(sheet: PlanSheet, block: str, *texts: str) -> list[Line]:
    """Lines of a block."""
    first = sheet.lines.in_block(block).count() + 1
    mark = "◆" if block == Block.YEARLY else "○"
    return [sheet.lines.create(block=block, order=n, mark=mark, text=text) for n, text in enumerate(texts, first)]


def fill_stage(sheet: PlanSheet) -> None:
    """What the present stage needs."""
    if sheet.state == "plan":
        write(sheet, Block.YEARLY, "ベンチの設置")
        write(sheet, Block.PLAN_FIRST, "木陰のあるベンチを設置します。")
    elif sheet.state == "first":
        write(sheet, Block.DO_FIRST, "木陰のあるベンチを設置しました。")
        write(sheet, Block.DIRECTION, "利用者の声を聞きます。")
        actions.set_outlook(sheet=sheet, outlook=circle(), by=None)
    elif sheet.state == "second":
        write(sheet, Block.PLAN_SECOND, "利用者へのアンケートを行います。")
        write(sheet, Block.DO_SECOND, "アンケートを行いました。参加者は４４人でした。")
    else:
        write(sheet, Block.SUMMARY, "次年度も引き続き設置を進めます。")


def bring_to(sheet: PlanSheet, state: str, code: str = "A") -> PlanSheet:
    """A sheet that has gone through every stage before this one, by its verbs."""
    while sheet.state != state:
        if sheet.state == "confirmed":
            actions.publish_sheet(sheet=sheet, by=None)
        elif sheet.state == "summary":
            fill_stage(sheet)
            Evidence.objects.create(sheet=sheet, kind="document", title="利用状況調査の報告書")
            more = "設置の時期を早めます。" if code != "A" else ""
            actions.give_grade(
                sheet=sheet, grade=grade(code), by=None, reason="予定した数を設置したため。", next_action=more
            )
            actions.confirm_sheet(sheet=sheet, by=None)
        else:
            fill_stage(sheet)
            actions.confirm_stage(sheet=sheet, by=None)
    return sheet


def published_sheet(code: str = "A", **fields: Any) -> PlanSheet:
    """A published sheet."""
    return bring_to(SheetFactory(**fields), "published", code)


def transcribed_sheet(**values: Any) -> PlanSheet:
    """A published sheet of a document that says neither 後期の方向, 進捗見込, the reason nor the evidence."""
    sheet = bring_to(SheetFactory(source="令和6年度 個別プランPDCAシート", **values), "confirmed")
    sheet.lines.filter(block="direction").delete()
    PlanSheet.objects.filter(pk=sheet.pk).update(outlook=None, grade_reason="")
    sheet.evidence.all().delete()
    sheet.refresh_from_db()
    actions.publish_sheet(sheet=sheet, by=None)
    return sheet
