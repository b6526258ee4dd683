"""Admin of batches: entering a list by hand (まとめ入力), and the URLs of import, export and withdrawal."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.db.models.options import Options
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.requests import AuthedRequest, user_of
from apps.consultations.models import ActionRefused, Batch, Consultation, ModerationRule, Proposal
from apps.consultations.models.batch import why_no_intake
from apps.core.form_steps import form_step
from apps.intake import actions
from apps.intake.admin import batch_withdrawal, imports
from apps.intake.forms import BatchForm
from apps.intake.services.batch_proposals import existing_bodies
from apps.operations.admin import ReadOnlyAdmin


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    """Departments manage the batches of their own consultations, the secretariat all. Batches are read-only."""

    list_display = (
        "__str__",
        "consultation",
        "channel",
        "held_on",
        "source",
        "voice_count",
        "created_at",
        "taken_back_at",
    )
    list_filter = ("source", "channel")
    list_select_related = ("consultation",)
    fields = (
        "consultation", "source", "channel", "event_name", "held_on", "voice_count", "entered_by", "created_at",
        "file_name", "use_names", "likes_on", "imported_at", "part_of", "taken_back_at", "taken_back_reason",
    )  # fmt: skip

    @admin.display(description=gettext_lazy("意見の数"))
    def voice_count(self, batch: Batch) -> int:
        """Return how many proposals came in by it."""
        return batch.voice_count

    def get_queryset(self, request: HttpRequest) -> QuerySet[Batch]:
        """Return the batches of one's own consultations; all for the secretariat."""
        return Batch.objects.manageable_by(user_of(request)).with_counts()

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: "Options[Batch]", object_id: str
    ) -> HttpResponse:
        raise Http404

    def has_view_permission(self, request: HttpRequest, obj: Batch | None = None) -> bool:
        """Return True for who may view the consultation."""
        return request.user.has_perm("consultations.view_consultation", obj and obj.consultation)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return True for who may change any consultation."""
        return request.user.has_perm("consultations.change_consultation")

    def get_urls(self) -> list[URLPattern]:
        """Return the URLs of files before Django's own, which would take their paths for primary keys."""
        pages: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
            ("import/", self.upload_view, "upload"),
            ("<int:pk>/import/", self.import_view, "import"),
            ("<int:pk>/take-back/", self.withdraw_view, "withdraw"),
            ("sample.<str:form>", self.sample_view, "sample"),
            ("export/", self.export_view, "export"),
        ]
        urls = [
            path(route, self.admin_site.admin_view(view), name=f"consultations_batch_{name}")
            for route, view, name in pages
        ]
        return [*urls, *super().get_urls()]

    upload_view, import_view = imports.upload_view, imports.import_view
    sample_view, export_view = imports.sample_view, imports.export_view
    withdraw_view = batch_withdrawal.withdraw_view

    def page(self, request: HttpRequest, template: str, status: int = 200, **context: object) -> HttpResponse:
        """Return a template of admin/consultations/batch/ with the context of the admin site."""
        whole = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/consultations/batch/{template}.html", whole, status=status)

    def consultation_for(self, request: AuthedRequest) -> Consultation | None:
        """Return the consultation of the query string, or None; 404 for another department's."""
        slug = request.GET.get("consultation", "")
        if not slug:
            return None
        return get_object_or_404(Consultation.objects.manageable_by(request.user), slug=slug[:80])

    def choose(self, request: AuthedRequest, title: str) -> HttpResponse:
        """Show the choice of a consultation."""
        own = Consultation.objects.manageable_by(request.user)
        offered = [consultation for consultation in own if not why_no_intake(consultation)]
        return self.page(request, "choose", title=title, consultations=offered)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Show the form, the preview, or publish the list, by the POST value `step`."""
        if not self.has_add_permission(request):
            return super().add_view(request, form_url, extra_context)  # refuses, in Django's way
        request = cast("AuthedRequest", request)
        consultation = self.consultation_for(request)
        title = _("まとめて入力（付箋・紙・窓口）")
        if consultation is None:
            return self.choose(request, title)
        form = BatchForm(request.POST or None, consultation=consultation)
        step = form_step(request, form, save="post")
        if step == "preview":
            return self.preview(request, consultation, form)
        if step == "save" and (response := self.publish(request, form)):
            return response
        status = 422 if form.errors else 200
        refusal = why_no_intake(consultation)
        context = {"title": title, "consultation": consultation, "form": form, "refusal": refusal}
        return self.page(request, "enter", status=403 if refusal else status, **context)

    def preview(self, request: AuthedRequest, consultation: Consultation, form: BatchForm) -> HttpResponse:
        """Show how the list was parsed, with texts that exist already and hints of personal data."""
        lines = form.cleaned_data["found"]
        existing = existing_bodies(
            Proposal.objects.public().in_consultation(consultation), [line.body for line in lines]
        )
        hints = ModerationRule.objects.personal_hints([line.body for line in lines])
        seen: set[str] = set()
        rows = []
        for line in lines:
            rows.append((line, line.body in existing or line.body in seen, hints[line.body]))
            seen.add(line.body)
        context: dict[str, Any] = {
            "title": _("入力の確認"),
            "consultation": consultation,
            "form": form,
            "rows": rows,
        }
        return self.page(request, "preview", cleaned_data=form.cleaned_data, **context)

    def publish(self, request: AuthedRequest, form: BatchForm) -> HttpResponse | None:
        """Publish the list and return a redirect; None after a refusal, with its reason on the form."""
        cleaned = form.cleaned_data
        fields = {name: cleaned[name] for name in ("question", "channel", "event_name", "held_on", "submit_key")}
        try:
            batch, is_new = actions.enter_batch(by=request.user, lines=cleaned["found"], **fields)
        except ActionRefused as refused:
            form.add_error(None, refused.sentence)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if is_new:
                sentence = _("%(n)d件の意見を公開しました。") % {"n": len(cleaned["found"])}
                messages.success(request, sentence)
            return HttpResponseRedirect(batch.get_absolute_url())
        return None
