"""A line of a sheet: a record of its own, so that it can be answered, cited and compared."""

from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.fiscal import fiscal_era
from apps.core.models import Searchable, SearchQuerySet, no_control_characters
from apps.core.textfields import TypedCharField, TypedTextField
from apps.plans.models.constants import LINE_NAMES, PLAN_BLOCKS, RESULT_BLOCKS, Block
from apps.plans.models.sheet import PlanSheet

LINE_MAX = 2000
KEPT_WORDINGS = 20  # of each block


class SheetLineQuerySet(SearchQuerySet["SheetLine"]):
    """QuerySet of SheetLine."""

    def public(self) -> Self:
        """Return lines of public sheets."""
        return self.filter(sheet__in=PlanSheet.objects.public())

    def in_form_order(self) -> Self:
        """Order as in the form: by sheet, then in the order of `Block`, then by line."""
        places = [models.When(block=block, then=place) for place, block in enumerate(Block)]
        return self.annotate(place=models.Case(*places)).order_by("sheet", "place", "order")

    def in_block(self, block: str) -> Self:
        """Return one block, in its order."""
        return self.filter(block=block).order_by("order")

    def of_year(self, year: int) -> Self:
        """Return the lines of one fiscal year."""
        return self.filter(sheet__year=year)

    def with_sheet(self) -> Self:
        """Join the sheet; order by its number, then by block."""
        return self.select_related("sheet").order_by("sheet__number", "block", "order")

    def plans(self) -> Self:
        """Return lines of the blocks that hold plans."""
        return self.filter(block__in=PLAN_BLOCKS)

    def results(self) -> Self:
        """Return lines of the blocks that hold results."""
        return self.filter(block__in=RESULT_BLOCKS)

    def unanswered(self) -> Self:
        """Return plan lines that no result answers yet."""
        return self.plans().filter(answers=None)

    def with_answers(self) -> Self:
        """Prefetch `answers` (of a plan line), `answering` (of a result line) and `values`."""
        return self.prefetch_related("answers__result_line", "answering__plan_line", "values__metric")

    def get_by_natural_key(self, year: int, number: int, edition: int, block: str, order: int) -> "SheetLine":
        """Return the line that a fixture names by its place."""
        line: SheetLine = self.get(
            sheet__year=year, sheet__number=number, sheet__edition=edition, block=block, order=order
        )
        return line


class SheetLine(Searchable):
    """One ○ or ◆ of a block, or a footnote: its mark and its text, letter by letter as on paper."""

    search_fields = ("text",)

    sheet = models.ForeignKey(PlanSheet, models.CASCADE, related_name="lines", verbose_name=_("PDCAシート"))
    block = models.CharField(_("欄"), max_length=12, choices=Block.choices)
    order = models.PositiveSmallIntegerField(_("並び順"))
    mark = TypedCharField(_("行頭の記号"), max_length=4, blank=True)
    text = TypedTextField(_("本文"))

    objects = SheetLineQuerySet.as_manager()

    class Meta(Searchable.Meta):
        verbose_name = _("シートの行")
        verbose_name_plural = _("シートの行")
        ordering = ["sheet", "block", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "block", "order"], name="line_order_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(text__contains="\n"),
                name="line_is_one_line",
                violation_error_message=_("行は空にできず、途中で改行できません。"),
            ),
            models.CheckConstraint(condition=Q(block__in=Block.values), name="line_block_known"),
            no_control_characters("text", "line_no_controls"),
        ]

    def __str__(self) -> str:
        return f"{self.mark}{self.text}"

    def natural_key(self) -> tuple[int, int, int, str, int]:
        """Return year, number and edition of the sheet, block and order."""
        return (self.sheet.year, self.sheet.number, self.sheet.edition, self.block, self.order)

    @property
    def heading(self) -> str:
        """Return its name outside its sheet: プラン1 市民参加と協働の推進（令和5年度・前期の実績）."""
        return gettext("プラン%(number)d %(title)s（%(year)s・%(part)s）") % {
            "number": self.sheet.number,
            "title": self.sheet.title,
            "year": fiscal_era(self.sheet.year),
            "part": LINE_NAMES[Block(self.block)],
        }

    @property
    def is_plan(self) -> bool:
        """Return whether it stands in a block of plans."""
        return self.block in PLAN_BLOCKS

    def get_absolute_url(self) -> str:
        """Return the URL of the sheet's page with the line's fragment."""
        return f"{self.sheet.get_absolute_url()}#line-{self.pk}"


class BlockState(models.Model):
    """Version of a block (optimistic lock) and who wrote it last: two people in one block are told of each other."""

    sheet = models.ForeignKey(PlanSheet, models.CASCADE, related_name="block_states")
    block = models.CharField(_("欄"), max_length=12, choices=Block.choices)
    version = models.PositiveIntegerField(_("版"), default=0)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("記入者")
    )
    changed_at = models.DateTimeField(_("記入日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("欄の状態")
        verbose_name_plural = _("欄の状態")
        constraints = [models.UniqueConstraint(fields=["sheet", "block"], name="block_state_once")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.get_block_display()} {self.version}"


class BlockWordingQuerySet(models.QuerySet["BlockWording"]):
    """QuerySet of BlockWording."""

    def in_block(self, block: str) -> Self:
        """Return the wordings of one block, the last one first."""
        return self.filter(block=block).select_related("written_by").order_by("-pk")

    @transaction.atomic
    def keep(self, state: BlockState, text: str) -> None:
        """Store an earlier wording, before somebody else's or a much shorter text takes its place. Idempotent by text.

        state: the block with author and time of the stored text. All but the last KEPT_WORDINGS of a block are deleted.
        """
        if not text or self.filter(sheet=state.sheet, block=state.block, text=text).exists():
            return
        self.create(
            sheet=state.sheet, block=state.block, text=text,
            written_by=state.changed_by, written_at=state.changed_at or timezone.now(),
        )  # fmt: skip
        old = self.filter(sheet=state.sheet, block=state.block).order_by("-pk").values_list("pk", flat=True)
        self.filter(pk__in=list(old[KEPT_WORDINGS:])).delete()


class BlockWording(models.Model):
    """What a block of a sheet said before: the editor saves while one types, and a slip must not be for ever.

    Kept until the sheet is published; the last KEPT_WORDINGS of each block.
    """

    sheet = models.ForeignKey(PlanSheet, models.CASCADE, related_name="wordings")
    block = models.CharField(_("欄"), max_length=12, choices=Block.choices)
    text = TypedTextField(_("前の文"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("記入者")
    )
    written_at = models.DateTimeField(_("記入日時"))

    objects = BlockWordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("欄の前の文")
        verbose_name_plural = _("欄の前の文")
        ordering = ["sheet", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="block_wording_text"),
            models.CheckConstraint(condition=Q(block__in=Block.values), name="block_wording_block_known"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} {self.get_block_display()}"
