"""A line of a sheet: a record of its own, so that it can be answered, cited and compared."""

from collections.abc import Iterable
from typing import Any, Self

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


class SheetLineQuerySet(SearchQuerySet):
    """Questions about lines."""

    def public(self) -> Self:
        """Lines of sheets that everyone may read."""
        return self.filter(sheet__in=PlanSheet.objects.public())

    def in_form_order(self) -> Self:
        """As they stand in the form; `Block` itself says which block comes first."""
        places = [models.When(block=block, then=place) for place, block in enumerate(Block)]
        return self.annotate(place=models.Case(*places)).order_by("sheet", "place", "order")

    def in_block(self, block: str) -> Self:
        """One block, in its order."""
        return self.filter(block=block).order_by("order")

    def of_year(self, year: int) -> Self:
        """The lines of one fiscal year."""
        return self.filter(sheet__year=year)

    def with_sheet(self) -> Self:
        """With the sheet they stand in, by its number."""
        return self.select_related("sheet").order_by("sheet__number", "block", "order")

    def with_keys(self, keys: Iterable[int]) -> Self:
        """The lines with these ids."""
        return self.filter(pk__in=keys)

    def plans(self) -> Self:
        """Lines that promise something."""
        return self.filter(block__in=PLAN_BLOCKS)

    def results(self) -> Self:
        """Lines that say what was done."""
        return self.filter(block__in=RESULT_BLOCKS)

    def unanswered(self) -> Self:
        """Promises that no result answers yet."""
        return self.plans().filter(answers=None)

    def with_answers(self) -> Self:
        """With what answers them and what they answer."""
        return self.prefetch_related("answers__result_line", "answering__plan_line", "values__metric")

    def get_by_natural_key(self, year: int, number: int, edition: int, block: str, order: int) -> Any:
        """Fixtures name a line by its place."""
        return self.get(sheet__year=year, sheet__number=number, sheet__edition=edition, block=block, order=order)


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
        """Its place."""
        return (self.sheet.year, self.sheet.number, self.sheet.edition, self.block, self.order)

    @property
    def heading(self) -> str:
        """What the line is called away from its sheet: プラン1 市民参加と協働の推進（令和5年度・前期の実績）."""
        return gettext("プラン%(number)d %(title)s（%(year)s・%(part)s）") % {
            "number": self.sheet.number,
            "title": self.sheet.title,
            "year": fiscal_era(self.sheet.year),
            "part": LINE_NAMES[Block(self.block)],
        }

    @property
    def is_plan(self) -> bool:
        """Whether it promises something."""
        return self.block in PLAN_BLOCKS

    def get_absolute_url(self) -> str:
        """Its place on the sheet's page."""
        return f"{self.sheet.get_absolute_url()}#line-{self.pk}"


class BlockState(models.Model):
    """Which version of a block is stored and who wrote it last: two people in one block are told of each other."""

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


class BlockWordingQuerySet(models.QuerySet[Any]):
    """Questions about the wordings that a block had before."""

    def in_block(self, block: str) -> Self:
        """Those of one block, the last one first."""
        return self.filter(block=block).select_related("written_by").order_by("-pk")

    def filter_key(self, pk: int) -> "BlockWording | None":
        """The one with this id."""
        return self.filter(pk=pk).first()

    @transaction.atomic
    def keep(self, state: BlockState, text: str) -> None:
        """Keep what a block says now, before somebody else's or a much shorter text takes its place.

        state: the block with the person and the moment of the stored text. The last KEPT_WORDINGS of a block stay.
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
