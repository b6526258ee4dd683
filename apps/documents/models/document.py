"""公開文書: plans, drafts of ordinances, guidelines, each in versions; and the names of their stages."""

from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Department, Role, User
from apps.core.models import Searchable, SearchQuerySet, Timestamped
from apps.core.textfields import TypedCharField, TypedTextField


class StageManager(models.Manager["Stage"]):
    """Manager of stages; fixtures refer to them by code."""

    def get_by_natural_key(self, code: str) -> "Stage":
        """Return the stage with this code."""
        return self.get(code=code)


class Stage(models.Model):
    """文書の段階: 素案, 中間とりまとめ, 成案. The words differ from plan to plan, so they are data; the order is a number."""

    code = models.SlugField(_("コード"), unique=True, help_text=_("英小文字・数字・ハイフン。公開後は変えません。"))
    name = TypedCharField(_("名称"), max_length=40, unique=True)
    order = models.PositiveSmallIntegerField(_("並び順"), default=100)

    objects = StageManager()

    class Meta:
        verbose_name = _("文書の段階")
        verbose_name_plural = _("文書の段階")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        """Return its code."""
        return (self.code,)


class DocumentQuerySet(SearchQuerySet["Document"]):
    """QuerySet of Document."""

    def public(self) -> Self:
        """Filter documents of which a version was published."""
        published = self.model.objects.filter(versions__state="published").order_by().values("pk")
        return self.filter(pk__in=published)

    def manageable_by(self, user: User) -> Self:
        """Filter documents that the user writes: all for the secretariat, else those of the own departments."""
        return self.all() if user.has_role(Role.SECRETARIAT) else self.filter(department__in=user.department_ids())

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter public documents, and those without a published version for who writes them."""
        if not user.is_staff:
            return self.public()
        own = self.model.objects.manageable_by(user).order_by().values("pk")
        return self.filter(Q(pk__in=self.public().order_by().values("pk")) | Q(pk__in=own))

    def for_lists(self) -> Self:
        """Join the department, and order by the newest public version: `newest_on`."""
        newest = Max("versions__dated_on", filter=Q(versions__state="published"))
        return (
            self.select_related("department")
            .defer("search_text", "search_bigrams")
            .annotate(newest_on=newest)
            .order_by("-newest_on", "pk")
        )

    def with_public_versions(self) -> Self:
        """Prefetch the published versions as `shown_versions`, the oldest first."""
        versions: Any = self.model._meta.get_field("versions").related_model
        return self.prefetch_related(
            models.Prefetch("versions", versions.objects.published().in_order(), to_attr="shown_versions")
        )

    def get_by_natural_key(self, slug: str) -> "Document":
        """Return the document that a fixture names by its slug."""
        document: Document = self.get(slug=slug)
        return document


class Document(Timestamped, Searchable):
    """公開文書: a public document of the city that goes through versions (計画, ビジョン, 条例案).

    It is public as soon as one version is; its address is printed and never changes.
    """

    class Kind(models.TextChoices):
        """What kind of document it is."""

        PLAN = "plan", _("計画・ビジョン")
        ORDINANCE = "ordinance", _("条例・規則の案")
        GUIDELINE = "guideline", _("方針・指針")
        REPORT = "report", _("報告書")
        OTHER = "other", _("その他の文書")

    search_fields = ("title", "summary")

    title = TypedCharField(_("題名"), max_length=120)
    slug = models.SlugField(
        _("アドレス名"), unique=True, help_text=_("英小文字・数字・ハイフン。公表後は変えられません。")
    )
    kind = models.CharField(_("種類"), max_length=10, choices=Kind.choices, default=Kind.PLAN)
    department = models.ForeignKey(Department, models.PROTECT, related_name="documents", verbose_name=_("所管課"))
    summary = TypedTextField(
        _("概要"), max_length=400, blank=True, help_text=_("何の文書かを、はじめて読む人にわかる文で書いてください。")
    )

    objects = DocumentQuerySet.as_manager()

    class Meta(Searchable.Meta):
        verbose_name = _("公開文書")
        verbose_name_plural = _("公開文書")
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str]:
        """Return its slug."""
        return (self.slug,)

    def get_absolute_url(self) -> str:
        """Return the URL of the page with all its versions."""
        return reverse("documents:document", args=[self.slug])

    @property
    def public_versions(self) -> Any:
        """Return its published versions, the oldest first."""
        versions: Any = self.versions
        return versions.published().in_order()
