"""公表された意見: the rows of a published result one by one, so that search, sections and senders find them."""

from collections.abc import Iterable
from typing import Self

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.models import Searchable, SearchQuerySet
from apps.documents.models import DocumentVersion, Section
from apps.public_comments.models.answer import CityView
from apps.public_comments.models.opinion import BODY_MOST, Opinion
from apps.public_comments.models.result import ResultEdition


class ResultRowQuerySet(SearchQuerySet["ResultRow"]):
    """QuerySet of ResultRow."""

    def public(self) -> Self:
        """Filter the rows of the newest published edition of each case; a corrected row is found as it reads now."""
        return self.filter(result__in=ResultEdition.objects.newest().order_by().values("pk"))

    def with_case(self) -> Self:
        """Join edition and case, which name a row."""
        return self.select_related("result__case")

    def about_version(self, version: DocumentVersion) -> Self:
        """Filter rows about a section of this version, or because of which one was changed; in the order of the table."""
        ends = Q(section__version=version) | Q(changed_section__version=version)
        return self.filter(ends).with_case().order_by("result", "number").defer("search_text", "search_bigrams")

    def answering(self, opinion: Opinion) -> Self:
        """Filter rows whose answer holds a point of this opinion. For its sender and staff alone."""
        return self.filter(view__in=CityView.objects.holding(opinion)).with_case().order_by("number", "pk")

    @transaction.atomic
    def keep(self, edition: ResultEdition, views: Iterable[CityView]) -> None:
        """Store the rows of a published edition. views: those that the rows were made of, in the same order."""
        for view, row in zip(views, edition.figures["rows"], strict=True):
            self.create(
                result=edition, number=row["number"], view=view, section=view.section, summary=row["summary"],
                text=row["text"], kind=row["kind"], changed_section=view.changed_section,
            )  # fmt: skip


class ResultRow(Searchable):
    """公表された意見: one row of an edition, 意見の概要 with the city's view. The edition is the record, this is its index."""

    search_fields = ("summary", "text")

    result = models.ForeignKey(ResultEdition, models.DO_NOTHING, related_name="answers", verbose_name=_("結果の版"))
    number = models.PositiveSmallIntegerField(_("番号"))
    view = models.ForeignKey(CityView, models.SET_NULL, null=True, related_name="+", verbose_name=_("市の考え方"))
    section = models.ForeignKey(Section, models.PROTECT, null=True, related_name="+", verbose_name=_("案の節"))
    changed_section = models.ForeignKey(
        Section, models.PROTECT, null=True, related_name="+", verbose_name=_("変えた節")
    )
    summary = models.TextField(_("意見の概要"), max_length=1000, editable=False)
    text = models.TextField(_("市の考え方"), max_length=BODY_MOST, editable=False)
    kind = models.CharField(_("反映区分"), max_length=40, blank=True, editable=False)

    objects = ResultRowQuerySet.as_manager()

    class Meta(Searchable.Meta):
        verbose_name = _("公表された意見")
        verbose_name_plural = _("公表された意見")
        ordering = ["result", "number"]
        constraints = [models.UniqueConstraint(fields=["result", "number"], name="result_row_once")]

    def __str__(self) -> str:
        return f"{self.result.case} No. {self.number}"

    def get_absolute_url(self) -> str:
        """Return its place in the newest result of its case."""
        return f"{reverse('public_comments:results', args=[self.result.case.slug])}#view-{self.number}"
