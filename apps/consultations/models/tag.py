"""タグ: words that staff have approved; a word new to the city waits until staff look at it."""

from collections.abc import Iterable
from typing import Any, Self

from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase

from apps.core.text import TAG_MAX
from apps.operations.models import AuditEntry


class TagQuerySet(models.QuerySet[Any]):
    """Questions about tags."""

    def public(self) -> Self:
        """Tags that staff approved."""
        return self.filter(is_approved=True)

    def named_or_new(self, names: list[str]) -> list["Tag"]:
        """The tags with these names, in whatever case; a word new to the city is made and waits for staff."""
        known = {tag.name.casefold(): tag for tag in self.filter(name__in=names)}
        return [known.get(name.casefold()) or self.get_or_create(name=name)[0] for name in names]

    def approve(self, *, by: Any) -> int:
        """Let waiting tags show on public pages; how many there were."""
        waiting = list(self.filter(is_approved=False))
        with transaction.atomic():
            for tag in waiting:
                tag.is_approved = True
                tag.save(update_fields=["is_approved"])
                AuditEntry.record("approve_tag", tag, by=by)
        return len(waiting)

    def named(self, names: Iterable[str]) -> Self:
        """Those with one of these names, in whatever case."""
        return self.annotate(folded=Lower("name")).filter(folded__in=[name.lower() for name in names])

    def on_consultation(self, consultation: Any) -> Self:
        """The approved tags of a consultation, by name."""
        return self.public().filter(consultation_items__content_object=consultation).order_by("name")

    def forget_unused(self) -> int:
        """Remove words that nobody approved and that stand on nothing any more: somebody typed them. How many."""
        unused = self.filter(is_approved=False)
        for relation in self.model._meta.related_objects:
            if relation.one_to_many:
                carried = relation.related_model._base_manager.filter(**{relation.field.name: models.OuterRef("pk")})
                unused = unused.filter(~models.Exists(carried))
        return unused.delete()[0]

    def used(self) -> Self:
        """Approved tags, the most used first."""
        return self.public().annotate(uses=models.Count("proposal_items")).order_by("-uses", "name")


class Tag(TagBase):
    """A word by which proposals and consultations are found together."""

    name = models.CharField(_("タグ"), max_length=TAG_MAX, unique=True)
    is_approved = models.BooleanField(
        _("承認済み"), default=False, help_text=_("承認するまで、このタグは公開ページに出ません。")
    )

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = _("タグ")
        verbose_name_plural = _("タグ")
        ordering = ["name"]


class TagItemQuerySet(models.QuerySet[Any]):
    """Questions about where tags stand."""

    def approved(self) -> Self:
        """Those that everyone may see, with their tags, by name."""
        return self.filter(tag__is_approved=True).select_related("tag").order_by("tag__name")

    def on_proposals(self, proposals: Iterable[Any]) -> Self:
        """Those of these proposals."""
        return self.filter(content_object__in=[proposal.pk for proposal in proposals])


class ProposalTag(ItemBase):
    """A tag on a proposal."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="proposal_items")
    content_object = models.ForeignKey("consultations.Proposal", models.CASCADE, related_name="tag_items")

    objects = TagItemQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="proposal_tag_once")]


class ConsultationTag(ItemBase):
    """A tag on a consultation."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="consultation_items")
    content_object = models.ForeignKey("consultations.Consultation", models.CASCADE, related_name="tag_items")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="consultation_tag_once")]
