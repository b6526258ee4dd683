"""The pages on which words are taken away: a part, looked at first and put back for a day; a whole text, by two people."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from apps.consultations import actions
from apps.consultations.admin.moderation.forms import EraseForm, RedactForm
from apps.consultations.models import ActionRefused, ErasureRequest, ModerationCase

CASE = "admin:consultations_moderationcase_change"


class WordPages:
    """Mix-in of the queue's admin; what every page of a case needs stands here too."""

    def page(self, request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
        """A page in the frame of the admin site."""
        me: Any = self
        frame = {**me.admin_site.each_context(request), "opts": me.opts, "media": me.media, **context}
        return TemplateResponse(request, f"admin/consultations/{template}", frame, status=status)

    def case_of(self, request: HttpRequest, pk: Any) -> ModerationCase:
        """A case that the person may see, or 404."""
        return get_object_or_404(ModerationCase.objects.visible_to(request.user).for_queue(), pk=pk)

    def require_moderator(self, request: HttpRequest) -> None:
        """Deciding is for moderators and the secretariat."""
        if not request.user.has_perm("consultations.moderate"):
            raise PermissionDenied(_("判断できるのは、モデレーターと事務局です。"))

    def do(self, request: HttpRequest, pk: int, act: Any, done: str) -> HttpResponse:
        """An act of one button on the page of a case: done and said, or said why not."""
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
        """伏せる: the part; then every place before and after, in numbers; then the press."""
        self.require_moderator(request)
        case = self.case_of(request, pk)
        form = RedactForm(request.POST if request.method == "POST" else None, text=case.text)
        is_read = request.method == "POST" and form.is_valid()
        if is_read and form.is_agreed:
            try:
                places = actions.redact(case=case, by=request.user, part=form.cleaned_data["part"])
            except ActionRefused as refused:
                form.add_error(None, refused.sentence)
            else:
                messages.success(request, _("%(n)dか所を伏せました。24時間以内なら、元に戻せます。") % {"n": places})
                return redirect(CASE, pk)
        context = {"title": _("一部を伏せる"), "case": case, "text": case.text, "form": form, "is_read": is_read}
        return self.page(request, "case_redact.html", status=422 if form.errors else 200, **context)

    def put_back_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put back what the last redaction took away."""
        sentence = _("伏せた部分を元に戻しました。案件は、また判断を待っています。")
        return self.do(request, pk, lambda case: actions.put_words_back(case=case, by=request.user), sentence)

    def erase_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """完全削除: ask for it, with article and reason; while one waits, the page is about that."""
        self.require_moderator(request)
        case = self.case_of(request, pk)
        waiting = ErasureRequest.objects.waiting().about(case.text).first()
        if waiting:
            return redirect(CASE, waiting.case_id)
        form = EraseForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            typed = {name: form.cleaned_data[name] for name in ("article", "reason")}
            try:
                asked = actions.ask_erasure(case=case, by=request.user, **typed)
            except ActionRefused as refused:
                form.add_error(None, refused.sentence)
            else:
                messages.success(
                    request, _("完全な削除を頼みました。ほかのモデレーターか事務局が確認すると削除されます。")
                )
                return redirect(CASE, asked.case_id)
        context = {"title": _("完全に削除する"), "case": case, "text": case.text, "form": form}
        return self.page(request, "case_erase.html", status=422 if form.errors else 200, **context)

    def confirm_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The second person agrees; nothing of the text is left."""
        return self.do(request, pk, lambda case: self._settle(case, request, actions.confirm_erasure),
                       _("完全に削除しました。"))  # fmt: skip

    def decline_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Nothing is erased."""
        return self.do(request, pk, lambda case: self._settle(case, request, actions.decline_erasure),
                       _("完全削除は行いません。投稿は非表示のまま、判断を待っています。"))  # fmt: skip

    def _settle(self, case: ModerationCase, request: HttpRequest, act: Any) -> None:
        waiting = ErasureRequest.objects.waiting().about(case.text).first()
        if waiting is None:
            raise ActionRefused(_("この依頼は、すでに決まっています。"))
        act(request=waiting, by=request.user)
