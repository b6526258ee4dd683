"""Pages for redaction (previewed, undoable for a day) and erasure (two-person rule)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.requests import user_of
from apps.consultations import actions
from apps.consultations.admin.moderation.forms import EraseForm, RedactForm
from apps.consultations.models import ActionRefused, ErasureRequest, ModerationCase

if TYPE_CHECKING:
    Pages = ModelAdmin[ModerationCase]
else:
    Pages = object  # ReadOnlyAdmin brings the rest

CASE = "admin:consultations_moderationcase_change"


class Settlement(Protocol):
    """What the second person does with an erasure request: confirm or decline it."""

    def __call__(self, *, request: ErasureRequest, by: User) -> object:
        """Settle the request."""


class RedactionViewsMixin(Pages):
    """Mixin of ModerationCaseAdmin with the views of redaction and erasure, and helpers of all views of a case."""

    def page(self, request: HttpRequest, template: str, status: int = 200, **context: object) -> HttpResponse:
        """Render a template with the context of the admin site."""
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media, **context}
        return TemplateResponse(request, f"admin/consultations/{template}", frame, status=status)

    def case_of(self, request: HttpRequest, pk: int | str) -> ModerationCase:
        """Return a case that the user may see, or raise Http404."""
        return get_object_or_404(ModerationCase.objects.visible_to(request.user).for_queue(), pk=pk)

    def require_moderator(self, request: HttpRequest) -> None:
        """Raise PermissionDenied for all but moderators and the secretariat."""
        if not request.user.has_perm("consultations.moderate"):
            raise PermissionDenied(_("判断できるのは、モデレーターと事務局です。"))

    def do(self, request: HttpRequest, pk: int, act: Callable[[ModerationCase], object], done: str) -> HttpResponse:
        """Perform an act of one button (POST), show its message or the refusal, and redirect to the case."""
        self.require_moderator(request)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            act(self.case_of(request, pk))
        except ActionRefused as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(request, done)
        return redirect(CASE, pk)

    def redact_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Redact a part (伏せる) after a preview of every change."""
        self.require_moderator(request)
        case = self.case_of(request, pk)
        form = RedactForm(request.POST if request.method == "POST" else None, text=case.text)
        is_read = request.method == "POST" and form.is_valid()
        if is_read and form.is_agreed:
            try:
                places = actions.redact(case=case, by=user_of(request), part=form.cleaned_data["part"])
            except ActionRefused as refused:
                form.add_error(None, refused.sentence)
            else:
                messages.success(request, _("%(n)dか所を伏せました。24時間以内なら、元に戻せます。") % {"n": places})
                return redirect(CASE, pk)
        context = {"title": _("一部を伏せる"), "case": case, "text": case.text, "form": form, "is_read": is_read}
        return self.page(request, "case_redact.html", status=422 if form.errors else 200, **context)

    def undo_redaction_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Undo the last redaction."""
        sentence = _("伏せた部分を元に戻しました。案件は、また判断を待っています。")
        return self.do(request, pk, lambda case: actions.undo_redaction(case=case, by=user_of(request)), sentence)

    def erase_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Request an erasure (完全削除) with article and reason; redirect to one that is waiting."""
        self.require_moderator(request)
        case = self.case_of(request, pk)
        erasure_request = ErasureRequest.objects.waiting().for_target(case.text).first()
        if erasure_request:
            return redirect(CASE, erasure_request.case_id)
        form = EraseForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            data = {name: form.cleaned_data[name] for name in ("article", "reason")}
            try:
                erasure_request = actions.request_erasure(case=case, by=user_of(request), **data)
            except ActionRefused as refused:
                form.add_error(None, refused.sentence)
            else:
                messages.success(
                    request, _("完全な削除を頼みました。ほかのモデレーターか事務局が確認すると削除されます。")
                )
                return redirect(CASE, erasure_request.case_id)
        context = {"title": _("完全に削除する"), "case": case, "text": case.text, "form": form}
        return self.page(request, "case_erase.html", status=422 if form.errors else 200, **context)

    def confirm_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Confirm the erasure, as the second person."""
        return self.do(request, pk, lambda case: self._settle(case, request, actions.confirm_erasure),
                       _("完全に削除しました。"))  # fmt: skip

    def decline_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Decline the erasure."""
        return self.do(request, pk, lambda case: self._settle(case, request, actions.decline_erasure),
                       _("完全削除は行いません。投稿は非表示のまま、判断を待っています。"))  # fmt: skip

    def _settle(self, case: ModerationCase, request: HttpRequest, act: Settlement) -> None:
        erasure_request = ErasureRequest.objects.waiting().for_target(case.text).first()
        if erasure_request is None:
            raise ActionRefused(_("この依頼は、すでに決まっています。"))
        act(request=erasure_request, by=user_of(request))
