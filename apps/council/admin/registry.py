"""Admin pages of 団体, 取組, 活動報告 and check sheets: read by all staff, edited by the secretariat."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.requests import user_of
from apps.consultations.models import ActionRefused, Proposal, Topic
from apps.core.admin import PortalAdmin, PortalTabularInline
from apps.core.generic import ModelForm
from apps.core.models import SearchQuerySet
from apps.core.uploads import redrawn_picture
from apps.council.forms.numbered import NumberedFormField
from apps.council.models import (
    CheckSheet,
    Organization,
    OrganizationKind,
    Participation,
    Project,
    ProjectPicture,
    ProjectUpdate,
    ProjectViewpoint,
    StageChange,
)
from apps.council.models.project_queryset import ProjectQuerySet
from apps.council.models.update import UpdateQuerySet
from apps.operations.admin import ReadOnlyAdmin


class KeptAdmin(PortalAdmin):
    """Base of rows that are never deleted, because others point at them, and whose slug is set once."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return False: nobody may."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """Make the slug read-only once it is set."""
        return ("slug",) if obj else ()


@admin.register(OrganizationKind)
class OrganizationKindAdmin(KeptAdmin):
    """団体の種類."""

    list_display = ("name", "slug", "order")


class OrganizationForm(ModelForm[Organization]):
    """An organization; its logo is re-encoded on upload."""

    website = forms.URLField(label=gettext_lazy("ウェブサイト"), max_length=300, required=False, assume_scheme="https")

    class Meta:
        model = Organization
        fields = (
            "name", "slug", "sector", "kind", "is_member", "joined_on", "is_public", "body", "contact", "website",
            "logo", "source", "order",
        )  # fmt: skip

    def clean_logo(self) -> object:
        """Return the logo re-encoded, without metadata."""
        upload = self.cleaned_data.get("logo")
        return redrawn_picture(upload) if isinstance(upload, UploadedFile) else upload


@admin.register(Organization)
class OrganizationAdmin(KeptAdmin):
    """団体. Another name goes through `rename`, so that its people keep their rights."""

    form = OrganizationForm
    list_display = ("name", "sector", "kind", "is_member", "people", "is_public")
    list_filter = ("is_member", "sector", "kind")
    list_select_related = ("kind",)
    search_fields = ("name",)

    @admin.display(description=gettext_lazy("現在の担当者"))
    def people(self, organization: Organization) -> int:
        """Return how many speak for it today: none may mean that an invitation spelt the name in another way."""
        return int(cast("Any", organization).people_count)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        """Annotate each with `people_count`."""
        return Organization.objects.visible_to(request.user).with_people()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Use the portal's own search."""
        return cast("SearchQuerySet[Organization]", queryset).search(search_term), False

    def save_model(self, request: HttpRequest, obj: Organization, form: BaseForm, change: bool) -> None:
        """Save; a new name goes through `rename`, which moves the postings too."""
        wanted = obj.name
        if change and "name" in form.changed_data:
            obj.name = form.initial["name"]
        super().save_model(request, obj, form, change)
        if obj.name != wanted:
            obj.rename(wanted, by=user_of(request))


class PartInline(PortalTabularInline):
    """Base of inlines of a project, with the project's permissions."""

    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Ask the project's permission."""
        return request.user.has_perm("council.view_project", obj)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Ask the project's permission."""
        return request.user.has_perm("council.change_project", obj)

    has_change_permission = has_delete_permission = has_add_permission


class ParticipationInline(PartInline):
    """実施団体."""

    model = Participation


class ViewpointInline(PartInline):
    """視点."""

    model = ProjectViewpoint


class PictureForm(ModelForm[ProjectPicture]):
    """A picture, re-encoded on upload: no place, camera or any other metadata."""

    class Meta:
        model = ProjectPicture
        fields = ("file", "description", "order")
        widgets = {"file": forms.FileInput}

    def clean_file(self) -> object:
        """Return the picture re-encoded; its type is judged by its content."""
        upload = self.cleaned_data.get("file")
        return redrawn_picture(upload) if isinstance(upload, UploadedFile) else upload


class PictureInline(PartInline):
    """画像 of a project, public or waiting for the secretariat."""

    model = ProjectPicture
    form = PictureForm
    fields = ("file", "shown_file", "description", "order", "is_public")
    readonly_fields = ("shown_file", "is_public")

    @admin.display(description=gettext_lazy("登録済みの画像"))
    def shown_file(self, picture: ProjectPicture) -> str:
        """Return a link to the picture, open to those who may see the project."""
        if not picture.pk:
            return "—"
        return format_html('<a href="{}">{}</a>', picture.get_absolute_url(), picture.description)


class StageInline(PortalTabularInline):
    """これまでの段階: written by changes of the stage only."""

    model = StageChange
    extra = 0
    fields = readonly_fields = ("on", "before", "after", "recorded_at")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Ask the project's permission."""
        return request.user.has_perm("council.view_project", obj)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return False: nobody may."""
        return False

    has_change_permission = has_delete_permission = has_add_permission


class ProjectForm(ModelForm[Project]):
    """What the secretariat sets of a project; a 論点 and a voice by their numbers, a consultation by its title."""

    topic = NumberedFormField(
        label=gettext_lazy("こたえる論点"),
        rows=Topic.objects.all(),
        help_text=gettext_lazy("番号で入れます（例：T25-0012）。"),
    )
    proposal = NumberedFormField(
        label=gettext_lazy("きっかけの意見"),
        rows=Proposal.objects.all(),
        help_text=gettext_lazy("番号で入れます（例：C25-0142）。"),
    )

    class Meta:
        model = Project
        fields = ("department", "other_departments", "city_planned", "city_settled", "consultation", "topic", "proposal",
                  "source", "source_quote", "source_note")  # fmt: skip


@admin.register(Project)
class ProjectAdmin(KeptAdmin):
    """取組: who takes part, where it stands, what it answers and where it is quoted from."""

    list_display = ("title", "stage", "method", "domain", "department", "published_at")
    list_filter = ("stage", "method", "domain", "department")
    list_select_related = ("department",)
    search_fields = ("title",)
    inlines = (ParticipationInline, ViewpointInline, PictureInline, StageInline)
    form = ProjectForm
    fields = (
        "title", "slug", "stage", "department", "other_departments", "city_planned", "city_settled",
        "consultation", "topic", "proposal", "source", "source_quote", "source_note",
    )  # fmt: skip
    actions = ("publish", "hide")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """Make title and stage read-only: they change on the site, where their history is kept."""
        return ("title", "slug", "stage")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: projects are registered on the site."""
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Use the portal's own search."""
        return cast("SearchQuerySet[Project]", queryset).search(search_term), False

    @admin.action(description=gettext_lazy("選んだ取組を公開する"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: ProjectQuerySet) -> None:
        """Publish the selected projects, except new ones with a waiting revision."""
        published = 0
        for project in queryset:
            try:
                project.publish(by=user_of(request))
                published += 1
            except ActionRefused as refusal:
                messages.error(request, str(refusal))
        if published:
            messages.success(request, _("%(n)d件の取組を公開しました。") % {"n": published})

    @admin.action(description=gettext_lazy("選んだ取組を非公開に戻す"), permissions=["change"])
    def hide(self, request: HttpRequest, queryset: ProjectQuerySet) -> None:
        """Hide the selected projects from the public pages."""
        for project in queryset:
            project.hide(by=user_of(request), reason="管理画面")
        messages.success(request, _("%(n)d件の取組を非公開に戻しました。") % {"n": len(queryset)})


@admin.register(CheckSheet)
class CheckSheetAdmin(ReadOnlyAdmin):
    """協働事業チェックシート: who has submitted, never what."""

    list_display = ("project", "kind", "round", "who_a", "state_a", "who_b", "state_b", "published_at")
    list_filter = ("kind",)
    fields = ("project", "kind", "round", "who_a", "state_a", "who_b", "state_b", "opened_at", "published_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CheckSheet]:
        """Load them with their sides, in a fixed number of queries."""
        return CheckSheet.objects.visible_to(request.user).for_lists()

    @admin.display(description=gettext_lazy("A（市の担当課・代表団体）"))
    def who_a(self, sheet: CheckSheet) -> str:
        """Return the name of side A."""
        return sheet.name_a

    @admin.display(description=gettext_lazy("B（相手の団体）"))
    def who_b(self, sheet: CheckSheet) -> str:
        """Return the name of side B."""
        return sheet.name_b

    @admin.display(description=gettext_lazy("Aの提出状況"))
    def state_a(self, sheet: CheckSheet) -> str:
        """Return 提出済 or 未提出."""
        return self._state(sheet, "A")

    @admin.display(description=gettext_lazy("Bの提出状況"))
    def state_b(self, sheet: CheckSheet) -> str:
        """Return 提出済 or 未提出."""
        return self._state(sheet, "B")

    def _state(self, sheet: CheckSheet, side: str) -> str:
        return _("提出済") if sheet.side(side).submitted_at else _("未提出")


@admin.register(ProjectUpdate)
class ProjectUpdateAdmin(ReadOnlyAdmin):
    """活動報告: to read and to publish."""

    list_display = ("title", "project", "happened_on", "published_at")
    list_select_related = ("project",)
    fields = ("project", "title", "body", "happened_on", "published_at")
    actions = ("publish",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProjectUpdate]:
        """Return all for the secretariat; for others, those that everyone may read."""
        rows = ProjectUpdate.objects
        return rows.all() if request.user.has_perm("council.publish") else rows.public()

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Ask for the right to publish, which the secretariat has."""
        return request.user.has_perm("council.publish")

    @admin.action(description=gettext_lazy("選んだ活動報告を公開する"), permissions=["publish"])
    def publish(self, request: HttpRequest, queryset: UpdateQuerySet) -> None:
        """Publish the selected updates; report each that is refused."""
        for update in queryset.for_lists():
            try:
                update.publish(by=user_of(request))
            except ActionRefused as refusal:
                messages.error(request, f"「{update}」 {refusal.sentence}")
            else:
                messages.success(request, _("「%(title)s」を公開しました。") % {"title": update})
