"""Projects (取組・プロジェクト): what organizations do together for the town, from the first idea to what was learned from it."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase

from apps.accounts.models import Department, User
from apps.consultations.models import ActionRefused, Consultation, Proposal, Tag, TagsField, Topic
from apps.core.code_lookup import next_numbers
from apps.core.copies import Copied
from apps.core.models import Searchable, Timestamped, no_control_characters
from apps.core.textfields import TypedCharField, TypedTextField
from apps.council.models.choices import Domain, Method, Part, Stage
from apps.council.models.organization import Organization
from apps.council.models.project_queryset import ParticipationQuerySet, ProjectQuerySet
from apps.council.models.stage_change import StageChange
from apps.operations.models import AuditEntry
from apps.vision.models import Field, Viewpoint
from apps.vision.pictures import Drawing, drawing_choices, drawing_for


class ProjectTag(ItemBase):
    """A tag on a project."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="project_items")
    content_object = models.ForeignKey("council.Project", models.CASCADE, related_name="tag_items")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="project_tag_once")]


# One rule for the form, for the verb `enter_stage` and for the database.
CLOSED_WITH_LESSON = models.CheckConstraint(
    condition=~Q(stage=Stage.CLOSED) | (~Q(result="") & ~Q(lesson="")),
    name="project_closed_with_lesson",
    violation_error_message=_("終了にするには、「結果」と「次への生かし方」を書いてください。"),
)
# Beside which fields a form says the sentence of a constraint: beside the empty ones of these, else beside all.
CONSTRAINT_FIELDS = {
    "project_closed_with_lesson": ("result", "lesson"),
    "project_period": ("ends_on",),
    "project_method_with_reason": ("method_reason",),
    "project_place_whole": ("longitude",),
}


class Project(Timestamped, Searchable):
    """A project of the council or of its members. It stands under several viewpoints and is counted once.

    What a source does not tell stays open: owner, stage and dates may be missing, and the page says so.
    """

    search_fields = ("title", "summary", "body", "result", "lesson", "place")
    number_field = "code"
    copied_words = tuple(
        map(Copied, (*search_fields, "selection_reason", "method_reason", "source", "source_quote", "source_note"))
    )

    code = models.CharField(_("番号"), max_length=12, unique=True, editable=False)
    slug = models.SlugField(_("アドレス名"), unique=True, help_text=_("英小文字・数字・ハイフン。公開後は変えません。"))
    title = TypedCharField(_("名称"), max_length=120)
    summary = TypedTextField(_("概要"), max_length=400)
    body = TypedTextField(_("くわしい内容"), blank=True, max_length=4000)
    result = TypedTextField(_("結果"), blank=True, max_length=2000)
    lesson = TypedTextField(_("次への生かし方"), blank=True, max_length=2000)
    selection_reason = TypedTextField(
        _("選定の理由"), blank=True, max_length=400, help_text=_("なぜこの相手と行うのか。公開されます。")
    )
    stage = models.CharField(_("段階"), max_length=10, choices=Stage.choices, default=Stage.UNKNOWN)
    stage_since = models.DateField(_("この段階になった日"), null=True, blank=True)
    starts_on = models.DateField(_("開始日"), null=True, blank=True)
    ends_on = models.DateField(_("終了日"), null=True, blank=True)
    organizations = models.ManyToManyField(
        Organization, through="council.Participation", related_name="projects", verbose_name=_("実施団体")
    )
    viewpoints = models.ManyToManyField(
        Viewpoint, through="council.ProjectViewpoint", related_name="projects", verbose_name=_("視点")
    )
    fields = models.ManyToManyField(Field, blank=True, related_name="projects", verbose_name=_("分野"))
    tags = TagsField(_("タグ"), through=ProjectTag, blank=True)
    drawing = models.CharField(
        _("絵"),
        max_length=20,
        choices=drawing_choices,
        blank=True,
        help_text=_("空欄のときは、視点に合わせた絵になります。"),
    )
    method = models.CharField(_("協働の手法"), max_length=12, choices=Method.choices, blank=True)
    method_reason = TypedTextField(_("手法を選んだ理由"), blank=True, max_length=400)
    domain = models.CharField(_("協働の領域"), max_length=1, choices=Domain.choices, blank=True)
    place = TypedCharField(_("場所"), max_length=120, blank=True)
    latitude = models.DecimalField(
        _("緯度"), max_digits=8, decimal_places=5, null=True, blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )  # fmt: skip
    longitude = models.DecimalField(
        _("経度"), max_digits=8, decimal_places=5, null=True, blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )  # fmt: skip
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("市の担当課")
    )
    other_departments = models.ManyToManyField(
        Department, blank=True, related_name="shared_projects", verbose_name=_("ともに担当する課")
    )
    consultation = models.ForeignKey(
        Consultation, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("こたえるテーマ")
    )
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("こたえる論点")
    )
    proposal = models.ForeignKey(
        Proposal, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("きっかけの意見")
    )
    city_planned = models.PositiveBigIntegerField(_("市の負担（計画、円）"), null=True, blank=True)
    city_settled = models.PositiveBigIntegerField(_("市の負担（決算、円）"), null=True, blank=True)
    match = models.OneToOneField(
        "council.Match", models.PROTECT, null=True, blank=True, related_name="project", editable=False,
        verbose_name=_("もとになったマッチング"),
    )  # fmt: skip
    source = TypedCharField(_("出典"), max_length=200, blank=True)
    source_quote = TypedTextField(_("出典の文"), blank=True)
    source_note = TypedTextField(_("出典についての注記"), blank=True)
    published_at = models.DateTimeField(_("公開日時"), null=True, blank=True, editable=False)
    changed_at = models.DateTimeField(_("公開内容の最終変更"), default=timezone.now, editable=False)

    objects = ProjectQuerySet.as_manager()

    class Meta(Searchable.Meta):
        verbose_name = _("取組・プロジェクト")
        verbose_name_plural = _("取組・プロジェクト")
        ordering = ["-changed_at", "-pk"]
        indexes = [
            *Searchable.Meta.indexes,
            models.Index(fields=["-changed_at", "-id"], name="project_newest"),
            models.Index(fields=["stage"], name="project_stage"),
        ]
        constraints = [
            CLOSED_WITH_LESSON,
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="project_period",
                violation_error_message=_("終了日は開始日以後の日にしてください。"),
            ),
            models.CheckConstraint(
                condition=Q(method="") | ~Q(method_reason=""),
                name="project_method_with_reason",
                violation_error_message=_("手法を選んだ理由を書いてください。"),
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None) | Q(latitude__isnull=False, longitude__isnull=False),
                name="project_place_whole",
                violation_error_message=_("緯度と経度は、両方入れるか、両方空けてください。"),
            ),
            no_control_characters("summary", "project_summary_plain"),
            no_control_characters("body", "project_body_plain"),
            no_control_characters("result", "project_result_plain"),
            no_control_characters("lesson", "project_lesson_plain"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; give a new project its number."""
        self.code = self.code or next_numbers("P", sequence="project_code")[0]
        super().save(*args, **kwargs)

    def natural_key(self) -> tuple[str]:
        """Return its slug, by which fixtures name it."""
        return (self.slug,)

    def get_absolute_url(self) -> str:
        """Return the URL of its page."""
        return reverse("council:project", args=[self.slug])

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Raise ValidationError for violated constraints, each sentence beside the fields that can mend it."""
        errors: dict[str, list[ValidationError]] = {}
        for model, constraints in self.get_constraints():
            for constraint in constraints:
                try:
                    constraint.validate(model, self, exclude=set(exclude or ()))
                except ValidationError as error:
                    names = CONSTRAINT_FIELDS.get(constraint.name, (NON_FIELD_ERRORS,))
                    for name in [n for n in names if getattr(self, n, None) in (None, "")] or names:
                        errors.setdefault(name, []).append(error)
        if errors:
            raise ValidationError(errors)

    @property
    def is_published(self) -> bool:
        """Return whether everyone may read it."""
        return self.published_at is not None and self.published_at <= timezone.now()

    @property
    def is_closed(self) -> bool:
        """Return whether it has ended."""
        return self.stage == Stage.CLOSED

    @property
    def picture(self) -> Drawing:
        """Return its drawing: the chosen one, else that of its main viewpoint (of `placements`, which a list prefetches)."""
        homes = [] if self.drawing else [row.viewpoint.slug for row in self.placements.all()][:1]
        return drawing_for(self.drawing, "".join(homes))

    @property
    def public_tags(self) -> list[Tag]:
        """Return its approved tags; only on a project that was loaded by `for_page`."""
        return [item.tag for item in getattr(self, "public_tag_items", [])]

    @property
    def leaders(self) -> list["Participation"]:
        """Return the participations of the organizations that lead it."""
        return [row for row in self.participations.all() if row.part == Part.LEAD]

    def set_viewpoints(self, viewpoints: list[Viewpoint]) -> None:
        """Replace its viewpoints; the first is its main one, under the others it is 【再掲】."""
        with transaction.atomic():
            self.placements.all().delete()
            rows = [
                ProjectViewpoint(project=self, viewpoint=viewpoint, position=n)
                for n, viewpoint in enumerate(viewpoints, 1)
            ]
            ProjectViewpoint.objects.bulk_create(rows)

    def set_links(self, links: list[tuple[str, str]]) -> None:
        """Replace its links: (title, URL)."""
        with transaction.atomic():
            self.links.all().delete()
            for order, (title, url) in enumerate(links, 1):
                self.links.create(title=title, url=url, order=order)

    def set_partners(self, partners: list[tuple[str, str, str]]) -> None:
        """Replace who takes part: (slug, part, note). What an organization bears stays with it."""
        organizations = {
            row.slug: row for row in Organization.objects.filter(slug__in=[slug for slug, *_rest in partners])
        }
        with transaction.atomic():
            self.participations.exclude(organization__in=organizations.values()).delete()
            for slug, part, note in partners:
                if slug in organizations:
                    said = {"part": part, "note": note}
                    self.participations.update_or_create(organization=organizations[slug], defaults=said)

    def set_departments(self, codes: list[str]) -> None:
        """Replace the city's departments: the first one leads, the others work on it too."""
        rows = {row.code: row for row in Department.objects.filter(code__in=codes)}
        ordered = [rows[code] for code in codes if code in rows]
        with transaction.atomic():
            self.department = ordered[0] if ordered else None
            self.save(update_fields=["department", "updated_at"])
            self.other_departments.set(ordered[1:])

    def publish(self, *, by: User) -> None:
        """Publish it. Raises ActionRefused for a new one with a waiting revision: publishing that publishes the project."""
        if self.published_at is None and self.revisions.waiting().exists():
            raise ActionRefused(
                _("「%(title)s」は、提出された内容の確認がまだです。確認のページで公開してください。")
                % {"title": self.title}
            )
        with transaction.atomic():
            self.published_at = self.published_at or timezone.now()
            self.changed_at = timezone.now()
            self.save(update_fields=["published_at", "changed_at", "updated_at"])
            AuditEntry.record("publish_project", self, by=by)

    def hide(self, *, by: User, reason: str) -> None:
        """Take it from the public pages, audited with a reason; its history stays."""
        with transaction.atomic():
            self.published_at = None
            self.save(update_fields=["published_at", "updated_at"])
            AuditEntry.record("hide_project", self, by=by, reason=reason)

    def unreviewed_partners(self, domain: str | None = None) -> list[str]:
        """Return the names of the partners with whom no evaluation (事業後の評価) was handed in by both sides.

        domain: the 領域 that a change would give it. Without a side A (the department, in 領域A the leading organization)
        there is no sheet to fill in, and none is asked for.
        """
        rows = list(self.participations.signing().select_related("organization"))
        if (self.domain if domain is None else domain) == Domain.A:
            leader = next((row for row in rows if row.part == Part.LEAD), None)
            rows = [row for row in rows if leader and row != leader]
        elif self.department_id is None:
            return []
        done = set(self.check_sheets.complete_reviews().values_list("organization_b_id", flat=True))
        return [row.organization.name for row in rows if row.organization_id not in done]

    def require_reviews(self, stage: str, *, domain: str | None = None) -> None:
        """Raise ActionRefused when it would close without the evaluation of every partnership (SEE)."""
        names = [] if stage != Stage.CLOSED or self.is_closed else self.unreviewed_partners(domain)
        if names:
            raise ActionRefused(
                _(
                    "終了にするには、協働事業チェックシートの「事業後の評価」に双方が答えてください。まだの相手：%(names)s"
                )
                % {"names": "、".join(names)}
            )

    def enter_stage(self, stage: str, *, on: date, by: User | None) -> None:
        """Change the stage from a day on; before and after stay public.

        Refused where CLOSED_WITH_LESSON is not met or an evaluation is missing.
        """
        self.require_reviews(stage)
        try:
            CLOSED_WITH_LESSON.validate(Project, Project(stage=stage, result=self.result, lesson=self.lesson))
        except ValidationError as error:
            raise ActionRefused(error.message) from error
        if stage == self.stage:
            return
        change = StageChange(project=self, before=self.stage, after=stage, on=on)
        with transaction.atomic():
            self.stage, self.stage_since, self.changed_at = stage, on, timezone.now()
            self.save(update_fields=["stage", "stage_since", "changed_at", "updated_at"])
            change.save()
            AuditEntry.record("enter_stage", self, by=by, before=change.before, after=stage, on=str(on))

    def correct_stage_day(self, on: date, *, by: User | None) -> None:
        """Correct the day on which its present stage began."""
        with transaction.atomic():
            last = self.stage_changes.filter(after=self.stage).last()
            if last:
                last.on = on
                last.save(update_fields=["on"])
            self.stage_since = on
            self.save(update_fields=["stage_since", "updated_at"])
            AuditEntry.record("correct_stage_day", self, by=by, stage=self.stage, on=str(on))


class Participation(models.Model):
    """実施団体: which organization takes part in a project, and as what."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="participations", verbose_name=_("プロジェクト"))
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="participations", verbose_name=_("団体")
    )
    part = models.CharField(_("役割"), max_length=10, choices=Part.choices, default=Part.PARTNER)
    note = TypedCharField(_("役割の説明"), max_length=120, blank=True)
    planned = models.PositiveBigIntegerField(_("負担（計画、円）"), null=True, blank=True)
    settled = models.PositiveBigIntegerField(_("負担（決算、円）"), null=True, blank=True)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("実施団体")
        verbose_name_plural = _("実施団体")
        ordering = ["part", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "organization"],
                name="participation_once",
                violation_error_message=_("同じ団体がすでに入っています。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization} （{self.get_part_display()}）"


class ProjectViewpoint(models.Model):
    """Under which viewpoints a project stands, in order: position 1 is its home, the others are 【再掲】."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="placements", verbose_name=_("プロジェクト"))
    viewpoint = models.ForeignKey(Viewpoint, models.PROTECT, related_name="placements", verbose_name=_("視点"))
    position = models.PositiveSmallIntegerField(
        _("順番"), default=1, help_text=_("1番が主な視点。ほかは【再掲】になります。")
    )

    class Meta:
        verbose_name = _("視点")
        verbose_name_plural = _("視点")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "viewpoint"],
                name="placement_once",
                violation_error_message=_("同じ視点がすでに入っています。"),
            ),
            models.UniqueConstraint(
                fields=["project", "position"],
                name="placement_position",
                violation_error_message=_("同じ順番がすでに使われています。"),
            ),
            models.CheckConstraint(condition=Q(position__gte=1), name="placement_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.viewpoint}"
