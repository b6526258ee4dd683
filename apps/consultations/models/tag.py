"""Tags (タグ): public once staff have approved them; a new one waits.

A tag is known by its folded name, so that case, width and kana make no second one, and stands in addresses by its number,
so that no page depends on what somebody typed.
"""

from collections.abc import Iterable
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager, _TaggableManager
from taggit.models import ItemBase

from apps.accounts.models import User
from apps.core.formfields import TagsFormField
from apps.core.text import TAG_MAX, split_tags, tag_key
from apps.core.textfields import TypedCharField
from apps.operations.models import AuditEntry


class TagQuerySet(models.QuerySet["Tag"]):
    """QuerySet of Tag."""

    def public(self) -> Self:
        """Return tags that staff approved."""
        return self.filter(is_approved=True)

    def named_or_new(self, names: Iterable[str]) -> list["Tag"]:
        """Return the tags with these names, in any spelling, each once; create new ones, which wait for staff.

        A name without letter or digit is no tag and is left out.
        """
        names_by_key = {tag_key(name): name for name in reversed(list(names)) if tag_key(name)}
        tags_by_key = {tag.key: tag for tag in self.filter(key__in=names_by_key)}
        return [tags_by_key.get(key) or self._made(key, name) for key, name in reversed(names_by_key.items())]

    def _made(self, key: str, name: str) -> "Tag":
        return self.get_or_create(key=key, defaults={"name": name})[0]

    def at(self, address: str) -> "Tag | None":
        """Return the tag of a URL: by its number, or by its name, which older URLs were made of."""
        key = tag_key(address)
        tags = {tag.slug == address: tag for tag in self.filter(models.Q(slug=address[:50]) | models.Q(key=key))}
        if tags or not key or address.isdigit():
            return tags.get(True) or tags.get(False)
        return next((tag for tag in self if slugify(tag.name, allow_unicode=True) == address.lower()), None)

    def approve(self, *, by: User) -> int:
        """Let waiting tags show on public pages; how many there were."""
        tags = list(self.filter(is_approved=False))
        with transaction.atomic():
            for tag in tags:
                tag.is_approved = True
                tag.save(update_fields=["is_approved"])
                AuditEntry.record("approve_tag", tag, by=by)
        return len(tags)

    def forget_unused(self) -> int:
        """Remove words that nobody approved and that stand on nothing any more: somebody typed them. How many."""
        unused = self.filter(is_approved=False)
        for relation in self.model._meta.related_objects:
            if relation.one_to_many:
                carried = relation.related_model._base_manager.filter(**{relation.field.name: models.OuterRef("pk")})
                unused = unused.filter(~models.Exists(carried))
        return unused.delete()[0]

    def used(self) -> Self:
        """Return approved tags, the most used first."""
        return self.public().annotate(uses=models.Count("proposal_items")).order_by("-uses", "name")


class Tag(models.Model):
    """A word by which proposals and consultations are found together."""

    name = TypedCharField(_("タグ"), max_length=TAG_MAX, unique=True)
    key = models.CharField(max_length=TAG_MAX * 4, unique=True, editable=False)
    slug = models.SlugField(_("アドレスの番号"), unique=True, editable=False)
    is_approved = models.BooleanField(
        _("承認済み"), default=False, help_text=_("承認するまで、このタグは公開ページに出ません。")
    )

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = _("タグ")
        verbose_name_plural = _("タグ")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(key=""), name="tag_has_letters"),
            models.CheckConstraint(condition=models.Q(slug__regex="^[a-z0-9-]+$"), name="tag_has_address"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Require a name of one word with a letter or digit in it, and no other tag's."""
        names = split_tags(self.name)
        if len(names) != 1:
            raise ValidationError({"name": _("文字か数字を含む、一つのことばを書いてください。")})
        self.name = names[0]
        if type(self).objects.filter(key=tag_key(self.name)).exclude(pk=self.pk).exists():
            raise ValidationError(
                {"name": _("同じタグがあります（大文字・小文字、全角・半角、かな・カナは区別しません）。")}
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep by which the tag is known again; a new one stands in addresses by its number."""
        self.key = tag_key(self.name)
        if not self.slug:
            self.pk = self.pk or self._next_number()
            self.slug = str(self.pk)
        super().save(*args, **kwargs)

    @classmethod
    def _next_number(cls) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [cls._meta.db_table])
            return int(cursor.fetchone()[0])


class TagManager(_TaggableManager):
    """Manager that tags an object: typed names become tags in one way everywhere."""

    def _to_tag_model_instances(self, tags: Iterable[str | Tag], tag_kwargs: dict[str, object]) -> list[Tag]:
        given = list(tags)
        made = Tag.objects.named_or_new(name for tag in given if isinstance(tag, str) for name in split_tags(tag))
        return list(dict.fromkeys([*(tag for tag in given if isinstance(tag, Tag)), *made]))


class TagsField(TaggableManager):
    """Tags of an object; in a form they are separated as people do, 「公園、遊び場」."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"manager": TagManager, **kwargs})

    def deconstruct(self) -> Any:
        """Deconstruct as taggit's field: what is ours about it does not concern tables."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "taggit.managers.TaggableManager", args, {k: v for k, v in kwargs.items() if k != "manager"}

    def formfield(self, form_class: Any = TagsFormField, **kwargs: Any) -> Any:
        """Return the form field that residents have, too."""
        return super().formfield(form_class=form_class, **kwargs)


class TagItemQuerySet(models.QuerySet["ProposalTag"]):
    """QuerySet of ProposalTag."""

    def approved(self) -> Self:
        """Return those that everyone may see, with their tags, by name."""
        return self.filter(tag__is_approved=True).select_related("tag").order_by("tag__name")

    def on_proposals(self, proposals: Iterable[models.Model]) -> Self:
        """Return those of these proposals."""
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
