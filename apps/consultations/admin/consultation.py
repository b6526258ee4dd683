"""Admin of consultations (テーマ・意見募集): departments manage their own, the secretariat all."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeAlias, cast

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Field as DBField
from django.db.models import ForeignKey, QuerySet, URLField
from django.db.models.options import Options
from django.forms import BaseInlineFormSet, ModelChoiceField
from django.forms import Field as FormField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.admin.whose import WhoseFilter
from apps.accounts.models import Department
from apps.accounts.requests import user_of
from apps.accounts.rules import is_secretariat
from apps.consultations.admin.answers.reply_file import replies_file_view, replies_view
from apps.consultations.admin.answers.result import result_view, tell_unanswered
from apps.consultations.admin.answers.sorting import sort_view, undo_sort_view
from apps.consultations.admin.consultation_filters import STATES, ClosingFilter, PromiseFilter, StateFilter
from apps.consultations.admin.forms import Act, AttachmentForm, ConsultationForm, QuestionForm
from apps.consultations.admin.parts import Part, PartInline
from apps.consultations.admin.plain_wording import PlainWordingInline, hints_about
from apps.consultations.models import (
    ActionRefused,
    Attachment,
    BackgroundLink,
    Consultation,
    GlossaryTerm,
    PlainWording,
    Question,
    ResultReport,
    ScheduleChange,
)
from apps.consultations.models.consultation_queryset import ConsultationQuerySet
from apps.consultations.models.wording import WORDS, WordingChange
from apps.core.admin import PortalAdmin
from apps.core.date_formats import closing, opening, wareki
from apps.operations.models import AuditEntry

PartFormSet: TypeAlias = "BaseInlineFormSet[Any, Consultation, Any]"


class QuestionInline(PartInline[Question]):
    """Questions (設問). After the announcement periods are fixed, and texts change through `Question.reword`."""

    model = Question
    form = QuestionForm

    def get_extra(self, request: HttpRequest, obj: Consultation | None = None, **kwargs: Any) -> int:
        """Return one empty form for a new consultation."""
        return 0 if obj else 1

    def get_readonly_fields(self, request: HttpRequest, obj: Consultation | None = None) -> tuple[str, ...]:
        """Return the period as read-only after the announcement."""
        return ("opens_at", "closes_at") if obj and obj.published_at else ()

    def has_delete_permission(self, request: HttpRequest, obj: Consultation | None = None) -> bool:
        """Allow deletion only before the announcement."""
        return not (obj and obj.published_at) and super().has_delete_permission(request, obj)


class AttachmentInline(PartInline[Attachment]):
    """Documents and images (資料・図)."""

    model = Attachment
    form = AttachmentForm
    fields = ("kind", "title", "file", "shown_file", "description", "dated_on", "order")
    readonly_fields = ("shown_file",)

    @admin.display(description=gettext_lazy("添付済みのファイル"))
    def shown_file(self, attachment: Attachment) -> str:
        """Return a link to the file for those who may see the consultation."""
        if not attachment.pk:
            return "—"
        return format_html('<a href="{}">{}</a>', attachment.get_absolute_url(), attachment.file_name)


class LinkInline(PartInline[BackgroundLink]):
    """Links (参考リンク)."""

    model = BackgroundLink

    def formfield_for_dbfield(
        self, db_field: "DBField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> FormField | None:
        """Assume https for a URL without scheme."""
        if isinstance(db_field, URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class GlossaryInline(PartInline[GlossaryTerm]):
    """Glossary (ことばの説明)."""

    model = GlossaryTerm


class TraceInline(PartInline[Part]):
    """Base of read-only inlines with the history of changes after the announcement."""

    def has_view_permission(self, request: HttpRequest, obj: Consultation | None = None) -> bool:
        """Return True for an existing consultation that the user may view."""
        return obj is not None and super().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Consultation | None = None) -> bool:
        """Return False: rows are created by moving a date or rewording."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Consultation | None = None) -> bool:
        """Return False: nobody may."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Consultation | None = None) -> bool:
        """Return False: nobody may."""
        return False


class ScheduleInline(TraceInline[ScheduleChange]):
    """Schedule changes (日程の変更)."""

    model = ScheduleChange
    fields = readonly_fields = ("what", "old_shown", "new_shown", "reason", "changed_at")


class WordingInline(TraceInline[WordingChange]):
    """Wording changes (文の変更)."""

    model = WordingChange
    fields = readonly_fields = ("what", "old", "new", "reason", "changed_at")


@admin.register(Consultation)
class ConsultationAdmin(PortalAdmin):
    """Consultations (テーマ). Publishing, rescheduling, closing early and answering are methods of the model.

    Which of them (`act`) is chosen beside the save button, by the template.
    """

    form = ConsultationForm
    list_display = ("title", "state_shown", "department", "opens_shown", "closes_shown", "reply_due_shown")
    list_filter = (
        StateFilter,
        PromiseFilter,
        ClosingFilter,
        WhoseFilter,
        ("department", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("department",)
    search_fields = ("title",)
    actions = ("publish",)
    inlines = (
        QuestionInline,
        PlainWordingInline,
        AttachmentInline,
        LinkInline,
        GlossaryInline,
        ScheduleInline,
        WordingInline,
    )
    fieldsets = (
        (None, {"fields": ("state_shown", "title", "slug", "summary", "background", "department", "version")}),
        (gettext_lazy("分類"), {"fields": ("viewpoints", "fields", "tags")}),
        (
            gettext_lazy("写真・絵"),
            {"fields": ("drawing", "photo", "photo_shown", "remove_photo", "photo_description", "photo_credit")},
        ),
        (gettext_lazy("期間"), {"fields": ("opens_at", "closes_at", "period_note", "reply_due_on", "reason")}),
        (
            gettext_lazy("参加と投稿の確認"),
            {
                "fields": (
                    "allows_guests",
                    "allows_guest_comments",
                    "holds_all",
                    "holds_first",
                    "holds_guests",
                    "hides_after_reports",
                )
            },
        ),
        (gettext_lazy("市の回答"), {"fields": ("answer_text",)}),
    )

    @admin.display(description=gettext_lazy("状態"))
    def state_shown(self, consultation: Consultation) -> str:
        """Return the state: 下書き, 予告, 受付中, 集計中, 回答済."""
        return str(STATES[consultation.state]) if consultation.pk else str(STATES["draft"])

    @admin.display(description=gettext_lazy("載せている写真・絵"))
    def photo_shown(self, consultation: Consultation) -> str:
        """Return the stored photo as pages show it, with a link to the whole one."""
        stored = Consultation.objects.get(pk=consultation.pk).own_photo if consultation.pk else None
        if stored is None:
            return "—"
        image = format_html('<img src="{}" alt="{}" width="240" height="135">', stored.url, stored.alt)
        return format_html('<a href="{}">{}</a>', stored.download_url, image)

    @admin.display(description=gettext_lazy("受付開始"), ordering="opens_at")
    def opens_shown(self, consultation: Consultation) -> str:
        """Return it as residents read it."""
        return opening(consultation.opens_at)

    @admin.display(description=gettext_lazy("受付終了"), ordering="closes_at")
    def closes_shown(self, consultation: Consultation) -> str:
        """Return the closing time as residents read it: midnight means the day before."""
        return closing(consultation.closes_at)

    @admin.display(description=gettext_lazy("回答予定日"), ordering="reply_due_on", empty_value="—")
    def reply_due_shown(self, consultation: Consultation) -> str:
        """Return it as residents read it."""
        return wareki(consultation.reply_due_on)

    def get_queryset(self, request: HttpRequest) -> ConsultationQuerySet:
        """Return the consultations the user manages."""
        return Consultation.objects.manageable_by(user_of(request)).select_related("department")

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: "Options[Consultation]", object_id: str
    ) -> HttpResponse:
        raise Http404  # another department's draft is not there, as everywhere in the portal

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[ConsultationQuerySet, bool]:
        """Use the portal's search."""
        return cast("ConsultationQuerySet", queryset).search(search_term), False

    def has_view_permission(self, request: HttpRequest, obj: Consultation | None = None) -> bool:
        """Return the permission of the rule for this consultation."""
        return request.user.has_perm("consultations.view_consultation", obj)

    def has_change_permission(self, request: HttpRequest, obj: Consultation | None = None) -> bool:
        """Return the permission of the rule for this consultation."""
        return request.user.has_perm("consultations.change_consultation", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Consultation | None = None) -> bool:
        """Allow deletion of a draft, one at a time."""
        return obj is not None and not obj.published_at and self.has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Consultation | None = None) -> tuple[str, ...]:
        """Return the fields that are fixed by the announcement."""
        always = ("state_shown", "photo_shown")
        return (*always, "slug", "opens_at") if obj and obj.published_at else always

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any] | None":
        """Offer current departments; to department staff their own."""
        if db_field.name == "department":
            kwargs["queryset"] = Department.objects.offered_to(
                None if is_secretariat(request.user) else user_of(request).department_ids()
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Answer 409 if somebody else saved meanwhile (optimistic lock); list what is hard to read."""
        saved = context["adminform"].form.instance
        context["reading_hints"] = hints_about(saved) if saved.pk else []
        response = super().render_change_form(request, context, *args, **kwargs)
        if context["adminform"].form.stored:
            response.status_code = 409
        return response

    def save_model(self, request: HttpRequest, obj: Consultation, form: ConsultationForm, change: bool) -> None:
        """Save the form; promised dates change through `reschedule`, announced texts through `reword`."""
        moved, reworded = (form.moved, form.reworded) if change else ({}, {})
        for name in (*moved, *(WORDS if obj.published_at else ())):
            setattr(obj, name, form.initial[name])
        super().save_model(request, obj, form, change)
        if form.changes_photo:
            AuditEntry.record("change_theme_photo", obj, by=user_of(request))
        reason = form.cleaned_data["reason"]
        if moved:
            obj.reschedule(by=user_of(request), reason=reason, **moved)
        obj.reword(by=user_of(request), reason=reason, **reworded)
        obj.draft_answer(form.cleaned_data["answer_text"], by=user_of(request))

    def save_formset(self, request: HttpRequest, form: ConsultationForm, formset: PartFormSet, change: bool) -> None:
        """Change announced questions through `reword`, which keeps the former text."""
        for row in formset.forms:
            if isinstance(row, QuestionForm) and row.rewords:
                new = {name: row.cleaned_data[name] for name in ("text", "help_text")}
                question = Question.objects.get(pk=row.instance.pk)
                question.reword(by=user_of(request), reason=row.cleaned_data["reason"], **new)
        super().save_formset(request, form, formset, change)
        if formset.model is PlainWording:
            for wording in [*formset.new_objects, *(obj for obj, _fields in formset.changed_objects)]:
                AuditEntry.record("write_plain_wording", wording, by=user_of(request), level=wording.level)

    def save_related(
        self, request: HttpRequest, form: ConsultationForm, formsets: Iterable[PartFormSet], change: bool
    ) -> None:
        """Perform the selected act after inlines are saved."""
        super().save_related(request, form, formsets, change)
        obj, data, act = form.instance, form.cleaned_data, form.cleaned_data.get("act")
        acts = {
            Act.PUBLISH: (lambda: obj.publish(by=user_of(request)), _("「%(title)s」を公開しました。")),
            Act.CLOSE: (
                lambda: obj.close_early(by=user_of(request), reason=data["reason"]),
                _("「%(title)s」の受付を終了しました。"),
            ),
            Act.ANSWER: (
                lambda: obj.give_answer(by=user_of(request), answer=data["answer_text"]),
                _("「%(title)s」の市の回答を公開しました。"),
            ),
            Act.RESULT: (
                lambda: ResultReport.objects.require_due(obj),
                _("「%(title)s」を保存しました。結果報告は、まだ公表していません。"),
            ),
        }
        if act:
            do, done = acts[act]
            do()
            self.add_success(request, done % {"title": obj})
        if act == Act.ANSWER:
            tell_unanswered(request, obj)
        if form.drafts_answer and obj.answer_draft:
            messages.info(request, _("市の回答（まとめ）は、下書きとして残しました。まだ公開していません。"))

    def response_change(self, request: HttpRequest, obj: Consultation) -> HttpResponse:
        """Redirect to the preview of the result report if that was selected."""
        if request.POST.get("act") == Act.RESULT:
            return redirect("admin:consultations_consultation_result", obj.pk)
        return super().response_change(request, obj)

    def get_urls(self) -> list[URLPattern]:
        """Return the URLs of the result report, the board and the file of replies before the admin's own."""
        pages = (
            ("<int:pk>/result/", self.result_view, "result"),
            ("<int:pk>/sort/", self.sort_view, "sort"),
            ("<int:pk>/sort/undo/", self.undo_sort_view, "undo_sort"),
            ("<int:pk>/replies/", self.replies_view, "replies"),
            ("<int:pk>/replies.xlsx", self.replies_file_view, "replies_file"),
        )
        own = [
            path(route, self.admin_site.admin_view(view), name=f"consultations_consultation_{name}")
            for route, view, name in pages
        ]
        return [*own, *super().get_urls()]

    result_view = result_view
    sort_view = sort_view
    undo_sort_view = undo_sort_view
    replies_view = replies_view
    replies_file_view = replies_file_view

    @admin.action(description=gettext_lazy("選んだテーマを公開する"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Consultation]) -> None:
        """Publish each selected consultation, or show why not."""
        for consultation in queryset:
            if self._try(request, consultation, partial(consultation.publish, by=user_of(request))):
                messages.success(request, _("「%(title)s」を公開しました。") % {"title": consultation})

    def _try(self, request: HttpRequest, consultation: Consultation, act: Callable[[], None]) -> bool:
        """Call `act` and return True; show the refusal and return False."""
        try:
            act()
        except ActionRefused as refusal:
            messages.error(request, f"「{consultation}」 {refusal.sentence}")
            return False
        except ValidationError as error:
            messages.error(request, f"「{consultation}」 {' '.join(error.messages)}")
            return False
        return True
