"""年次評価 and its evidence: one form of the editor with a button for each, so that neither loses what is typed for the other."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.accounts.requests import AuthedRequest
from apps.plans import actions
from apps.plans.admin.editor_base import EditorActs
from apps.plans.forms import EvidenceForm, GradeForm
from apps.plans.models import Evidence, PlanSheet

LOOK_BELOW = _("直すところがあります。下をご覧ください。何も保存していません。")


class GradingActs(EditorActs):
    """What the form of evidence and grade is sent for."""

    def grade(self, request: AuthedRequest, pk: int) -> HttpResponse:
        """年次評価, with the evidence that was typed beside it: both, or the list of what is missing."""
        sheet: PlanSheet = self.writable(request, pk)
        form, proof = GradeForm.of(sheet, request.POST), typed_evidence(request, sheet, may_be_empty=True)
        typed = {"grade_form": form, "evidence_form": proof}
        if not (form.is_valid() and proof.is_valid()):
            return self.page(request, sheet, status=422, sentence=LOOK_BELOW, **typed)
        more = proof.save(commit=False) if proof.has_changed() else None
        return self.do(
            request, sheet, "grade",
            lambda: actions.give_grade(sheet=sheet, evidence=more, by=request.user, **form.cleaned_data),
            **typed,
        )  # fmt: skip

    def evidence(self, request: AuthedRequest, pk: int) -> HttpResponse:
        """Add a piece of evidence, or take one away. What else was typed stays on the page and is not stored by this."""
        sheet: PlanSheet = self.writable(request, pk)
        if gone := self.removed(request):
            kept = unsaved(grade_form=words_of(request, sheet), evidence_form=typed_evidence(request, sheet, True))
            answer = self.do(
                request, sheet, "evidence",
                lambda: actions.remove_evidence(sheet=sheet, pk=gone, by=request.user), **kept,
            )  # fmt: skip
        else:
            kept, proof = unsaved(grade_form=words_of(request, sheet)), typed_evidence(request, sheet)
            if not proof.is_valid():
                return self.page(request, sheet, status=422, sentence=LOOK_BELOW, evidence_form=proof, **kept)
            made = proof.save(commit=False)
            answer = self.do(
                request, sheet, "evidence",
                lambda: actions.add_evidence(sheet=sheet, evidence=made, by=request.user), evidence_form=proof, **kept,
            )  # fmt: skip
        done = answer.status_code == 302
        return self.page(request, self.sheet_for(request, pk), **kept) if done and kept else answer


def words_of(request: AuthedRequest, sheet: PlanSheet) -> GradeForm:
    """The grade as it stood in the form; where none is asked for, as it is stored."""
    return GradeForm.of(sheet, request.POST if "reason" in request.POST else None)


def typed_evidence(request: AuthedRequest, sheet: PlanSheet, may_be_empty: bool = False) -> EvidenceForm:
    """The piece of evidence in the form."""
    return EvidenceForm(
        request.POST, instance=Evidence(sheet=sheet), empty_permitted=may_be_empty, use_required_attribute=False
    )


def unsaved(**forms: Any) -> dict[str, Any]:
    """Those in which something was typed that is not stored."""
    return {name: form for name, form in forms.items() if form.is_bound and form.has_changed()}
