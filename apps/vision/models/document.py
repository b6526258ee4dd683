"""出典の資料: the public documents that the portal's figures and cases come from."""

from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Searchable, SearchQuerySet
from apps.core.textfields import TypedCharField, TypedTextField


class SourceDocumentQuerySet(SearchQuerySet["SourceDocument"]):
    """QuerySet of SourceDocument."""

    def public(self) -> Self:
        """Return all of them: only public documents are cited."""
        return self.all()

    def get_by_natural_key(self, slug: str) -> "SourceDocument":
        """Return the document that a fixture names by its slug."""
        document: SourceDocument = self.get(slug=slug)
        return document


class SourceDocument(Searchable):
    """出典の資料: a public document in one of its editions. A later edition points at the one before."""

    search_fields = ("title", "edition", "publisher", "note")

    slug = models.SlugField(_("アドレス名"), unique=True)
    title = TypedCharField(_("資料名"), max_length=120)
    edition = TypedCharField(_("版"), max_length=60, blank=True, help_text=_("例：素案、中間とりまとめ"))
    publisher = TypedCharField(_("発行"), max_length=60, default="調布市")
    dated_on = models.DateField(
        _("資料の日付"), null=True, blank=True, help_text=_("月までしかわからないときは、その月の1日にしてください。")
    )
    as_of = TypedCharField(_("時点の表記"), max_length=40, blank=True, help_text=_("例：2025年12月時点"))
    url = models.URLField(_("掲載アドレス"), max_length=500, blank=True)
    reference = TypedCharField(_("管理番号"), max_length=20, blank=True)
    earlier = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="later", verbose_name=_("一つ前の版")
    )
    note = TypedTextField(_("注記"), blank=True)

    objects = SourceDocumentQuerySet.as_manager()

    class Meta(Searchable.Meta):
        verbose_name = _("出典の資料")
        verbose_name_plural = _("出典の資料")
        ordering = [models.F("dated_on").desc(nulls_last=True), "slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["title", "edition"],
                name="document_edition_once",
                violation_error_message=_("同じ資料の同じ版がすでにあります。"),
            ),
            models.CheckConstraint(
                condition=models.Q(earlier=None) | ~models.Q(earlier=models.F("id")),
                name="document_not_its_own_earlier",
                violation_error_message=_("一つ前の版に、その資料自身は選べません。"),
            ),
        ]

    def __str__(self) -> str:
        return self.cited

    def natural_key(self) -> tuple[str]:
        """Return its slug."""
        return (self.slug,)

    @property
    def cited(self) -> str:
        """Return the citation: 「資料名」（版、2025年12月時点）."""
        about = "、".join(part for part in (self.edition, self.as_of) if part)
        return f"「{self.title}」（{about}）" if about else f"「{self.title}」"


class Sourced(models.Model):
    """Something that the city says, with the document in which it says so."""

    source: Any = models.ForeignKey(
        SourceDocument, models.PROTECT, null=True, blank=True, related_name="%(class)ss", verbose_name=_("出典の資料")
    )
    source_place = TypedCharField(
        _("資料の中の場所"), max_length=80, blank=True, help_text=_("例：大切にすべき視点①（12ページから）")
    )

    class Meta:
        abstract = True

    @property
    def source_shown(self) -> str:
        """Return the document and the place in it; empty when no document is named."""
        return f"{self.source} {self.source_place}".strip() if self.source else ""
