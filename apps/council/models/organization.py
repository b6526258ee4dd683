"""構成団体 and other organizations that take part in projects."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Posting, Role, User
from apps.core.models import Searchable, SearchQuerySet, Timestamped, no_control_characters
from apps.core.textfields import TypedCharField, TypedTextField
from apps.council.models.choices import Sector
from apps.operations.models import AuditEntry

if TYPE_CHECKING:
    from apps.council.models.project import Project


class SlugManager(models.Manager[Any]):
    """Manager of rows that fixtures name by their slug."""

    def get_by_natural_key(self, slug: str) -> Any:
        """Return the row with this slug."""
        return self.get(slug=slug)


class OrganizationKind(models.Model):
    """団体の種類: a list that the secretariat may extend.

    Source of the first ones: 伊勢市協働の基本ルール (2011-04), 用語の定義.
    """

    slug = models.SlugField(_("アドレス名"), unique=True)
    name = TypedCharField(_("名称"), max_length=40, unique=True)
    order = models.PositiveSmallIntegerField(_("並び順"), default=100)

    objects = SlugManager()

    class Meta:
        verbose_name = _("団体の種類")
        verbose_name_plural = _("団体の種類")
        ordering = ["order", "slug"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        """Return its slug."""
        return (self.slug,)


class OrganizationQuerySet(SearchQuerySet["Organization"]):
    """QuerySet of Organization."""

    def public(self) -> Self:
        """Return those that everyone may see."""
        return self.filter(is_public=True)

    def members(self) -> Self:
        """Return the council's members; others only take part in projects."""
        return self.filter(is_member=True)

    def others(self) -> Self:
        """Return those that take part without being members."""
        return self.filter(is_member=False)

    def apply_filter(self, chosen: Mapping[str, Any]) -> Self:
        """Return those of the chosen side (産学官民) and kind; "" stands for all."""
        rows = self.filter(sector=chosen["sector"]) if chosen["sector"] else self
        return rows.filter(kind=chosen["kind"]) if chosen["kind"] else rows

    def for_user(self, user: User | AnonymousUser) -> Self:
        """Return the organizations for which a person speaks today, by the names in the person's postings."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(name__in=[p.organization for p in user.current_postings() if p.role == Role.COUNCIL])

    def with_people(self) -> Self:
        """Annotate `people_count` (int): how many speak for it today."""
        today = Posting.objects.of_organization(models.OuterRef("name")).current().order_by()
        counted = today.values("organization").annotate(n=models.Count("*")).values("n")
        return self.annotate(people_count=Coalesce(models.Subquery(counted), 0))

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return public ones, those of one's own, and for the secretariat all."""
        if not user.is_authenticated:
            return self.public()
        if user.has_role(Role.SECRETARIAT):
            return self.all()
        return self.public() | self.for_user(user)

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Return those of one's own organizations; all for the secretariat."""
        if user.is_authenticated and user.has_role(Role.SECRETARIAT):
            return self.all()
        return self.for_user(user)

    def in_project(self, project: "Project") -> Self:
        """Return those that take part in a project."""
        return self.filter(participations__project=project)

    def with_logo(self) -> Self:
        """Return those that gave a logo."""
        return self.exclude(logo="")

    def for_cards(self) -> Self:
        """Load what a card shows, in a fixed number of queries."""
        return self.select_related("kind").defer("search_text", "search_bigrams")

    def for_workspace(self) -> Self:
        """Load what its people's workspace shows; `waiting_revisions` is a list of the wordings that wait."""
        revisions: Any = apps.get_model("council", "OrganizationRevision")
        return self.for_cards().prefetch_related(
            models.Prefetch("revisions", revisions.objects.waiting(), to_attr="waiting_revisions")
        )

    def get_by_natural_key(self, slug: str) -> "Organization":
        """Return the organization that a fixture names by its slug."""
        organization: Organization = self.get(slug=slug)
        return organization


class Organization(Timestamped, Searchable):
    """An organization with its public page. Its name is what postings of its people carry: `rename` moves both."""

    search_fields = ("name", "body")

    slug = models.SlugField(_("アドレス名"), unique=True, help_text=_("英小文字・数字・ハイフン。公開後は変えません。"))
    name = TypedCharField(
        _("団体名"),
        max_length=100,
        unique=True,
        help_text=_("担当者の招待には、この名称をそのまま入れてください。"),
    )
    sector = models.CharField(_("産学官民"), max_length=12, choices=Sector.choices)
    kind = models.ForeignKey(OrganizationKind, models.PROTECT, related_name="organizations", verbose_name=_("種類"))
    is_member = models.BooleanField(_("協議会の構成団体"), default=False)
    is_public = models.BooleanField(_("公開する"), default=True)
    joined_on = models.DateField(
        _("加入日"), null=True, blank=True, help_text=_("分からないときは空欄にします（「資料に記載なし」と表示）。")
    )
    body = TypedTextField(_("紹介"), blank=True, max_length=2000)
    contact = TypedCharField(
        _("連絡方法"),
        max_length=200,
        blank=True,
        help_text=_("公開する窓口だけを書きます（代表電話、問い合わせ先など）。"),
    )
    website = models.URLField(_("ウェブサイト"), max_length=300, blank=True)
    logo = models.FileField(_("ロゴ"), upload_to="council/logos/", blank=True)
    source = TypedCharField(_("出典"), max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(_("並び順"), default=100)

    objects = OrganizationQuerySet.as_manager()

    class Meta(Searchable.Meta):
        verbose_name = _("団体")
        verbose_name_plural = _("団体")
        ordering = ["order", "pk"]
        constraints = [
            no_control_characters("body", "organization_body_plain"),
            models.CheckConstraint(
                condition=models.Q(joined_on=None) | models.Q(is_member=True),
                name="organization_joined_is_member",
                violation_error_message=_("加入日は構成団体だけに入れられます。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        """Return its slug."""
        return (self.slug,)

    natural_key.dependencies = ["council.organizationkind"]  # type: ignore[attr-defined]

    def get_absolute_url(self) -> str:
        """Return the URL of its page."""
        return reverse("council:organization", args=[self.slug])

    @property
    def is_published(self) -> bool:
        """Return whether everyone may see its page."""
        return self.is_public

    def rename(self, name: str, *, by: User) -> None:
        """Give it another name; the postings of its people follow, so that nobody loses the right to edit."""
        before = self.name
        with transaction.atomic():
            self.name = name
            self.save(update_fields=["name", "updated_at"])
            Posting.objects.follow_rename(before, name)
            AuditEntry.record("rename_organization", self, by=by, before=before, after=name)
