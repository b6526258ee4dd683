"""Abstract base of what stands on the pages of viewpoints and fields, in an order, public or not yet."""

from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Searchable, SearchQuerySet, Timestamped
from apps.vision.models.document import Sourced
from apps.vision.models.taxonomy import Field, Viewpoint


class ShownQuerySet(SearchQuerySet[Any]):
    """QuerySet of everything that stands under viewpoints and fields."""

    def public(self) -> Self:
        """Filter those that everyone may read."""
        return self.filter(is_public=True)

    def for_viewpoint(self, viewpoint: Viewpoint | None) -> Self:
        """Filter those under one viewpoint; all for None."""
        return self.filter(viewpoints=viewpoint) if viewpoint else self

    def in_field(self, field: Field | None) -> Self:
        """Filter those in one field; all for None."""
        return self.filter(fields=field) if field else self

    def with_source(self) -> Self:
        """Load the document that each comes from."""
        return self.select_related("source").defer(
            "search_text", "search_bigrams", "source__search_text", "source__search_bigrams"
        )

    def with_taxonomy(self) -> Self:
        """Load the viewpoints and fields of each."""
        return self.prefetch_related("viewpoints", "fields")

    def for_cards(self) -> Self:
        """Load what a card shows, in a fixed number of queries."""
        return self.with_source()

    def count_by_viewpoint(self) -> dict[int, int]:
        """Return the count by viewpoint's key; one that stands under two counts for both."""
        tied = self.order_by().exclude(viewpoints=None)
        return dict(tied.values_list("viewpoints").annotate(n=models.Count("*")))

    def get_by_natural_key(self, slug: str) -> Any:
        """Return the row that a fixture names by its slug."""
        return self.get(slug=slug)


class Shown(Timestamped, Searchable, Sourced):
    """Something on the pages of viewpoints and fields."""

    slug = models.SlugField(_("アドレス名"), unique=True, help_text=_("英小文字・数字・ハイフン。公開後は変えません。"))
    viewpoints = models.ManyToManyField(Viewpoint, blank=True, related_name="%(class)ss", verbose_name=_("視点"))
    fields = models.ManyToManyField(
        Field,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("分野"),
        help_text=_("資料に書かれていないときは、内容をもとに選んでください。"),
    )
    order = models.PositiveSmallIntegerField(_("並び順"), default=100)
    is_public = models.BooleanField(_("公開する"), default=True)

    class Meta(Searchable.Meta):
        abstract = True
        ordering = ["order", "pk"]

    def natural_key(self) -> tuple[str]:
        """Return its slug."""
        return (self.slug,)
