"""版: one version of a document, as it was on a day. Published text never changes; a correction is a version of its own."""

from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.date_formats import era_day
from apps.core.models import Timestamped
from apps.core.textfields import TypedCharField, TypedTextField
from apps.documents.models.document import Document, Stage

IN_ORDER = ("dated_on", "stage__order", "pk")


class State(models.TextChoices):
    """How far a version is."""

    DRAFT = "draft", _("草案（非公開）")
    PUBLISHED = "published", _("公表")


class DocumentVersionQuerySet(models.QuerySet["DocumentVersion"]):
    """QuerySet of DocumentVersion."""

    def published(self) -> Self:
        """Filter published versions, also those that a later one corrects."""
        return self.filter(state=State.PUBLISHED)

    def drafts(self) -> Self:
        """Filter versions that are not published yet."""
        return self.filter(state=State.DRAFT)

    def public(self) -> Self:
        """Filter what everyone may read: a former version stays readable at its address."""
        return self.published()

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter published versions, and drafts for who writes them."""
        if not user.is_staff:
            return self.public()
        return self.filter(Q(state=State.PUBLISHED) | Q(document__in=Document.objects.manageable_by(user)))

    def in_order(self) -> Self:
        """Order from the oldest to the newest version, with stage and department joined."""
        joined = ("stage", "document__department", "base__stage", "base__document")
        return self.select_related(*joined).order_by(*IN_ORDER)

    def of_document(self, slug: str) -> Self:
        """Filter the versions of one document."""
        return self.filter(document__slug=slug)

    def with_counts(self) -> Self:
        """Annotate `section_count` and `change_count`."""
        sections = Count("sections", distinct=True)
        return self.annotate(section_count=sections, change_count=Count("changes", distinct=True))

    def current(self) -> Self:
        """Filter of each document the newest published version."""
        later = self.model.objects.published().filter(
            Q(dated_on__gt=OuterRef("dated_on"))
            | Q(dated_on=OuterRef("dated_on"), stage__order__gt=OuterRef("stage__order"))
            | Q(dated_on=OuterRef("dated_on"), stage__order=OuterRef("stage__order"), pk__gt=OuterRef("pk")),
            document=OuterRef("document"),
        )
        return self.published().exclude(Exists(later))

    def get_by_natural_key(self, document: str, slug: str) -> "DocumentVersion":
        """Return the version that a fixture names."""
        return self.get(document__slug=document, slug=slug)


class DocumentVersion(Timestamped):
    """版: stage, date, sections and file of a document at one time.

    A draft is seen by its department and the secretariat. From 公表 on the database refuses every change of the version,
    its sections and the list of its changes. `base` is the version that its list of changes is compared with.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="versions", verbose_name=_("文書"))
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="versions", verbose_name=_("段階"))
    slug = models.SlugField(
        _("アドレス名"), help_text=_("英小文字・数字・ハイフン。例：2025-12-interim。公表後は変えられません。")
    )
    dated_on = models.DateField(_("文書の日付"), help_text=_("月までしかわからないときは、その月の1日にしてください。"))
    as_of = TypedCharField(_("時点の表記"), max_length=40, blank=True, help_text=_("例：2025年12月時点"))
    base = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="later", verbose_name=_("比べる前の版"),
        help_text=_("この版の変更の一覧は、ここで選んだ版と比べて作ります。最初の版では空にしてください。"),
    )  # fmt: skip
    source = TypedCharField(
        _("転記元の資料"), max_length=200, blank=True, help_text=_("資料から書き写した版だけに書いてください。")
    )
    file = models.FileField(
        _("文書のファイル（PDF）"), upload_to="documents/", blank=True, validators=[FileExtensionValidator(["pdf"])]
    )
    file_hash = models.CharField(_("ファイルのSHA-256"), max_length=64, blank=True, editable=False)
    correction_reason = TypedTextField(_("訂正の理由"), max_length=400, blank=True)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="corrections",
        verbose_name=_("訂正する版"),
    )  # fmt: skip
    state = models.CharField(_("状態"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    published_at = models.DateTimeField(_("公表日時"), null=True, blank=True, editable=False)
    department_name = TypedCharField(_("公表したときの所管課"), max_length=60, blank=True, editable=False)

    objects = DocumentVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("文書の版")
        verbose_name_plural = _("文書の版")
        ordering = ["document", "-dated_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "slug"],
                name="version_slug_once",
                violation_error_message=_("この文書には、同じアドレス名の版がすでにあります。"),
            ),
            models.CheckConstraint(
                condition=~Q(slug__in=["compare", "cited"]),
                name="version_slug_free",
                violation_error_message=_("このアドレス名は、別のページで使っています。"),
            ),
            models.CheckConstraint(
                condition=Q(base=None) | ~Q(base=models.F("id")),
                name="version_not_its_own_base",
                violation_error_message=_("比べる前の版に、その版自身は選べません。"),
            ),
            models.CheckConstraint(
                condition=Q(corrects=None) | ~Q(correction_reason=""),
                name="version_correction_reason",
                violation_error_message=_("公表した版を訂正するには理由が必要です。"),
            ),
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False) | Q(state="draft", published_at=None),
                name="version_published_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.label}"

    def natural_key(self) -> tuple[str, str]:
        """Return the document's slug and its own."""
        return (self.document.slug, self.slug)

    def get_absolute_url(self) -> str:
        """Return the URL of its page."""
        return reverse("documents:version", args=[self.document.slug, self.slug])

    @property
    def date_shown(self) -> str:
        """Return the date as it is printed on the document, else in 和暦."""
        return self.as_of or era_day(self.dated_on)

    @property
    def label(self) -> str:
        """Return stage and date, by which people tell versions apart."""
        return f"{self.stage.name}（{self.date_shown}）"

    @property
    def department_shown(self) -> str:
        """Return the department as it was called on the day of 公表, for a draft as it is called today."""
        return self.department_name or self.document.department.name

    @property
    def is_published(self) -> bool:
        """Return whether everyone may read it; from then on it is immutable."""
        return self.state == State.PUBLISHED

    @property
    def place(self) -> tuple[Any, int, int]:
        """Return what orders the versions of a document."""
        return (self.dated_on, self.stage.order, self.pk or 0)

    @property
    def file_name(self) -> str:
        """Return the name under which its file is saved."""
        return f"{self.document.title}_{self.stage.name}.pdf"

    def get_for_update(self) -> "DocumentVersion":
        """Return the row as it is now, locked until the transaction ends (SELECT … FOR UPDATE)."""
        locked = DocumentVersion.objects.select_for_update(of=("self",))
        return locked.select_related("document", "stage", "base").get(pk=self.pk)
