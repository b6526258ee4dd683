"""市の考え方・回答 in the admin site: drafts of the own department, published as steps that nobody rewrites."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.consultations.admin.answers.reply_form import PreviewForm, ReplyForm, in_full
from apps.consultations.admin.answers.topic import PublishedFilter
from apps.consultations.admin.base import OwnRowsAdmin
from apps.consultations.models import Reply, ReplyChange, ReplyStatus
from apps.core.admin import PortalAdmin


class ChangeInline(admin.StackedInline):
    """公開した経過: what was said, when; nobody rewrites it."""

    model = ReplyChange
    extra = 0
    fields = readonly_fields = ("published_at", "status_name", "department_name", "body")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """With the reply."""
        return request.user.has_perm("consultations.view_reply", obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By publishing only."""
        return False

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(Reply)
class ReplyAdmin(OwnRowsAdmin):
    """市の考え方・回答. What is typed here is a draft until it is published."""

    form = ReplyForm
    inlines = (ChangeInline,)
    change_form_template = "admin/consultations/reply_form.html"
    list_display = ("target_code", "shown_target", "department", "status_shown", "published_at")
    list_filter = (PublishedFilter, "status", ("department", admin.RelatedOnlyFieldListFilter))

    def get_queryset(self, request: HttpRequest) -> Any:
        """With what they answer."""
        return super().get_queryset(request).select_related("department", "status", "topic", "proposal")

    @admin.display(description=gettext_lazy("番号"))
    def target_code(self, reply: Reply) -> str:
        """Number of the voice or topic."""
        return reply.target.code

    @admin.display(description=gettext_lazy("対象"))
    def shown_target(self, reply: Reply) -> str:
        """What it answers, with its page."""
        target = reply.target
        words = getattr(target, "body", target.title)[:60]
        return format_html('<a href="{}">{} {}</a>', target.get_absolute_url(), target.code, words)

    @admin.display(description=gettext_lazy("対象"))
    def answered(self, reply: Reply) -> str:
        """What it answers, whole, before the eyes of whoever writes."""
        return in_full(reply.target)

    @admin.display(description=gettext_lazy("担当課"))
    def department_name(self, reply: Reply) -> str:
        """Its name; the page of a department is the secretariat's."""
        return reply.department.name

    @admin.display(description=gettext_lazy("公開中の状況"))
    def status_shown(self, reply: Reply) -> str:
        """What is public, or that nothing is."""
        return str(reply.status or _("未公開（下書き）"))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """To what and in whose name are said once."""
        head = ("answered", "department_name", "status_shown") if obj else ("code", "department")
        return [(None, {"fields": (*head, "draft_status", "draft_body", "act", "version")})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Target and department never change."""
        return ("answered", "department_name", "status_shown") if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """What was not published has no past."""
        return self.inlines if obj and obj.is_published else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A draft of which nothing is public, one at a time."""
        return obj is not None and not obj.is_published and self.has_change_permission(request, obj)

    def get_urls(self) -> list[URLPattern]:
        """The preview stands before the admin's own."""
        preview = self.admin_site.admin_view(self.preview_view)
        return [path("preview/", preview, name="consultations_reply_preview"), *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """A link 「書く」 leads to the draft that is there, from wherever it comes."""
        if request.method == "GET" and request.GET.get("code") and self.has_add_permission(request):
            form = self.get_form(request)(initial=self.get_changeform_initial_data(request))
            if form.begun:
                messages.info(request, _("この課の回答がすでにあるため、その続きを開きました。"))
                return redirect("admin:consultations_reply_change", form.begun.pk)
        return super().add_view(request, form_url, extra_context)

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """What was typed as residents would read it; nothing is kept."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        form = PreviewForm(request.POST)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "form": form, "title": _("公開前の確認")}
        status = 200 if form.is_valid() else 422
        return TemplateResponse(request, "admin/consultations/reply_preview.html", context, status=status)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """409 when somebody else's draft is newer."""
        response = super().render_change_form(request, context, *args, **kwargs)
        form = context["adminform"].form
        if form.standing:
            response.status_code = 409
        return response

    def save_model(self, request: HttpRequest, obj: Reply, form: Any, change: bool) -> None:
        """Keep the draft; publish it when asked."""
        obj.save_draft(by=request.user)
        if form.cleaned_data.get("act") == "publish":
            obj.publish(by=request.user)
            self.tell(request, _("市の考え方を公開しました。"))


@admin.register(ReplyStatus)
class ReplyStatusAdmin(PortalAdmin):
    """回答の状況: the words in which the city says where an answer stands. The secretariat adds and words them."""

    list_display = ("name", "code", "is_answer", "order", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Filters' addresses are made of the code, and the public table of what counts as an answer."""
        return ("code", "is_answer") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Its replies still name it."""
        return False
