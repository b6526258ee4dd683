"""Admin of replies (市の考え方・回答): drafts of one's department, published as immutable changes."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.requests import AuthedRequest, user_of
from apps.consultations import actions
from apps.consultations.admin.answers.approval import ApprovalFilter, approval_view
from apps.consultations.admin.answers.reply_form import PreviewForm, ReplyForm, in_full
from apps.consultations.admin.answers.topic import PublishedFilter
from apps.consultations.admin.base import OwnRowsAdmin
from apps.consultations.models import Reply, ReplyChange, ReplyStatus
from apps.consultations.models.answers.reply import ReplyQuerySet
from apps.core.admin import PortalAdmin
from apps.core.generic import StackedInline

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldsetSpec


class ChangeInline(StackedInline[ReplyChange, Reply]):
    """Published changes (公開した経過), read-only."""

    model = ReplyChange
    extra = 0
    fields = readonly_fields = ("published_at", "status_name", "department_name", "body")

    def has_view_permission(self, request: HttpRequest, obj: Reply | None = None) -> bool:
        """Return True for who may view the reply."""
        return request.user.has_perm("consultations.view_reply", obj)

    def has_add_permission(self, request: HttpRequest, obj: Reply | None = None) -> bool:
        """Return False: changes are created by publishing."""
        return False

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(Reply)
class ReplyAdmin(OwnRowsAdmin):
    """Replies (市の考え方・回答). What is typed here is a draft until it is published."""

    form = ReplyForm
    inlines = (ChangeInline,)
    change_form_template = "admin/consultations/reply_form.html"
    list_display = ("target_code", "shown_target", "department", "status_shown", "published_at")
    list_filter = (PublishedFilter, ApprovalFilter, "status", ("department", admin.RelatedOnlyFieldListFilter))

    def get_queryset(self, request: HttpRequest) -> ReplyQuerySet:
        """Return the user's replies with what they answer."""
        replies: ReplyQuerySet = super().get_queryset(request)
        return replies.select_related("department", "status", "topic", "proposal")

    @admin.display(description=gettext_lazy("番号"))
    def target_code(self, reply: Reply) -> str:
        """Return the code of the proposal or topic."""
        return reply.target.code

    @admin.display(description=gettext_lazy("対象"))
    def shown_target(self, reply: Reply) -> str:
        """Return a link to what it answers."""
        target = reply.target
        words = getattr(target, "body", target.title)[:60]
        return format_html('<a href="{}">{} {}</a>', target.get_absolute_url(), target.code, words)

    @admin.display(description=gettext_lazy("対象"))
    def answered(self, reply: Reply) -> str:
        """Return the full text of what it answers."""
        return in_full(reply.target)

    @admin.display(description=gettext_lazy("担当課"))
    def department_name(self, reply: Reply) -> str:
        """Return the department's name, without a link: its page is the secretariat's."""
        return reply.department.name

    @admin.display(description=gettext_lazy("公開中の状況"))
    def status_shown(self, reply: Reply) -> str:
        """Return the public status, or 未公開（下書き）."""
        return str(reply.status or _("未公開（下書き）"))

    def get_fieldsets(self, request: HttpRequest, obj: Reply | None = None) -> "_FieldsetSpec":
        """Return fields for a new reply or an existing one."""
        head = ("answered", "department_name", "status_shown") if obj else ("code", "department")
        return [(None, {"fields": (*head, "draft_status", "draft_body", "act", "version")})]

    def get_readonly_fields(self, request: HttpRequest, obj: Reply | None = None) -> tuple[str, ...]:
        """Return target and department as read-only for an existing reply."""
        return ("answered", "department_name", "status_shown") if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Reply | None) -> tuple[type[ChangeInline], ...]:
        """Return the changes of a published reply only."""
        return self.inlines if obj and obj.is_published else ()

    def has_delete_permission(self, request: HttpRequest, obj: Reply | None = None) -> bool:
        """Allow deletion of a draft that was never published, one at a time."""
        return obj is not None and not obj.is_published and self.has_change_permission(request, obj)

    def get_urls(self) -> list[URLPattern]:
        """Return the URL of the preview before the admin's own."""
        preview = self.admin_site.admin_view(self.preview_view)
        approval = self.admin_site.admin_view(self.approval_view)
        return [
            path("preview/", preview, name="consultations_reply_preview"),
            path("<int:pk>/approval/", approval, name="consultations_reply_approval"),
            *super().get_urls(),
        ]

    def approval_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the draft with its approval (決裁), and do the acts of it."""
        reply = get_object_or_404(self.get_queryset(request).select_related("drafted_by", "draft_status"), pk=pk)
        return approval_view(self, cast("AuthedRequest", request), reply)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Redirect a link 「書く」 to an existing draft."""
        if request.method == "GET" and request.GET.get("code") and self.has_add_permission(request):
            form = self.get_form(request)(initial=self.get_changeform_initial_data(request))
            if form.begun:
                messages.info(request, _("この課の回答がすでにあるため、その続きを開きました。"))
                return redirect("admin:consultations_reply_change", form.begun.pk)
        return super().add_view(request, form_url, extra_context)

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """Show the typed text as residents would read it, unsaved."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        form = PreviewForm(request.POST)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "form": form, "title": _("公開前の確認")}
        status = 200 if form.is_valid() else 422
        return TemplateResponse(request, "admin/consultations/reply_preview.html", context, status=status)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Answer 409 if somebody else's draft is newer (optimistic lock)."""
        response = super().render_change_form(request, context, *args, **kwargs)
        form = context["adminform"].form
        if form.stored:
            response.status_code = 409
        return response

    def save_model(self, request: HttpRequest, obj: Reply, form: ReplyForm, change: bool) -> None:
        """Save the draft; publish it if selected."""
        obj.save_draft(by=user_of(request))
        if form.cleaned_data.get("act") == "publish":
            obj.publish(by=user_of(request))
            self.add_success(request, _("市の考え方を公開しました。"))
        if form.cleaned_data.get("act") == "ask":
            actions.ask_approval(reply=obj, by=user_of(request))
            self.add_success(request, _("決裁に回しました。次の人に知らせます。"))


@admin.register(ReplyStatus)
class ReplyStatusAdmin(PortalAdmin):
    """Reply statuses (回答の状況), managed by the secretariat."""

    list_display = ("name", "name_en", "code", "is_answer", "order", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: ReplyStatus | None = None) -> tuple[str, ...]:
        """Return code and is_answer as read-only: URLs and the public table depend on them."""
        return ("code", "is_answer") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: ReplyStatus | None = None) -> bool:
        """Return False: replies refer to it."""
        return False
