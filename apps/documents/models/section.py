"""節: a numbered part of a version, with a key that lives through all versions of the document."""

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.models import Searchable, SearchQuerySet
from apps.core.textfields import TypedCharField, TypedTextField
from apps.documents.models.version import DocumentVersion

BODY_MOST = 20_000


class SectionQuerySet(SearchQuerySet["Section"]):
    """QuerySet of Section."""

    def public(self) -> Self:
        """Filter sections of published versions."""
        return self.filter(version__in=DocumentVersion.objects.public())

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter sections of the versions that the user may read."""
        return self.filter(version__in=DocumentVersion.objects.visible_to(user))

    def current(self) -> Self:
        """Filter public sections of the newest version of each document: what a search finds."""
        return self.filter(version__in=DocumentVersion.objects.current())

    def with_version(self) -> Self:
        """Join version, stage and document."""
        return self.select_related("version__stage", "version__document")

    def in_order(self) -> Self:
        """Return them in the order of reading, without their search columns."""
        return self.order_by("order", "pk").defer("search_text", "search_bigrams")

    def get_by_natural_key(self, document: str, version: str, key: str) -> "Section":
        """Return the section that a fixture names."""
        section: Section = self.get(version__document__slug=document, version__slug=version, key=key)
        return section


class Section(Searchable):
    """節: number, heading and text (Markdown) of a part of a version; public with its version.

    `key` is the anchor of its address and the same in all versions: by it a moved section is known again.
    """

    search_fields = ("heading", "body")

    version = models.ForeignKey(DocumentVersion, models.CASCADE, related_name="sections", verbose_name=_("版"))
    key = models.SlugField(
        _("節のキー"), max_length=60,
        help_text=_("英小文字・数字・ハイフン。同じ節は、どの版でも同じキーにします。アドレスの一部になります。"),
    )  # fmt: skip
    level = models.PositiveSmallIntegerField(
        _("段"), default=1, validators=[MinValueValidator(1), MaxValueValidator(3)],
        help_text=_("章は1、節は2、項は3です。"),
    )  # fmt: skip
    number = TypedCharField(_("番号"), max_length=20, blank=True)
    heading = TypedCharField(_("見出し"), max_length=120)
    body = TypedTextField(
        _("本文"), max_length=BODY_MOST, blank=True,
        help_text=_("箇条書き、表、強調はMarkdownで書けます。図は、内容を文で説明してください。"),
    )  # fmt: skip
    order = models.PositiveIntegerField(_("並び順"))
    edition = models.PositiveIntegerField(default=0, editable=False)  # counts savings, for the optimistic lock

    objects = SectionQuerySet.as_manager()

    class Meta(Searchable.Meta):
        verbose_name = _("文書の節")
        verbose_name_plural = _("文書の節")
        ordering = ["version", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "key"],
                name="section_key_once",
                violation_error_message=_("この版には、同じキーの節がすでにあります。"),
            ),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=3), name="section_level_known"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.heading}".strip()

    def natural_key(self) -> tuple[str, str, str]:
        """Return document, version and key."""
        return (*self.version.natural_key(), self.key)

    def get_absolute_url(self) -> str:
        """Return its permanent address in this version."""
        return f"{self.version.get_absolute_url()}#{self.key}"
