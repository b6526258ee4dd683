"""Views of 進捗見込, 年次評価 and its evidence.

Grade and evidence are one form with a button for each, so that neither loses what is typed for the other.
"""

from functools import partial
from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.accounts.requests import AuthedRequest
from apps.plans import actions
from apps.plans.admin.editor.page import (
    get_sheet,
    get_writable_sheet,
    post_only,
    removal_key,
    render_editor,
    run_action,
)
from apps.plans.forms import EvidenceForm, GradeForm, OutlookForm
from apps.plans.models import Evidence, PlanSheet

LOOK_BELOW = _("直すところがあります。下をご覧ください。何も保存していません。")


@post_only
def outlook(request: AuthedRequest, pk: int) -> HttpResponse:
    """Store 進捗見込."""
    sheet = get_writable_sheet(request, pk)
    form = OutlookForm(request.POST)
    if not form.is_valid():
        return render_editor(request, sheet, status=422, outlook_form=form)
    action = partial(actions.set_outlook, sheet=sheet, by=request.user, **form.cleaned_data)
    return run_action(request, sheet, "block-outlook", action)


@post_only
def grade(request: AuthedRequest, pk: int) -> HttpResponse:
    """Store 年次評価, with the evidence that was typed beside it: both, or the list of what is missing."""
    sheet = get_writable_sheet(request, pk)
    grade_form = GradeForm.of(sheet, request.POST)
    evidence_form = _evidence_form(request, sheet, may_be_empty=True)
    typed: dict[str, Any] = {"grade_form": grade_form, "evidence_form": evidence_form}
    if not (grade_form.is_valid() and evidence_form.is_valid()):
        return render_editor(request, sheet, status=422, sentence=LOOK_BELOW, **typed)
    evidence = evidence_form.save(commit=False) if evidence_form.has_changed() else None
    action = partial(actions.give_grade, sheet=sheet, evidence=evidence, by=request.user, **grade_form.cleaned_data)
    return run_action(request, sheet, "grade", action, **typed)


@post_only
def evidence(request: AuthedRequest, pk: int) -> HttpResponse:
    """Add a piece of evidence, or remove one. What else was typed stays on the page and is not stored by this."""
    sheet = get_writable_sheet(request, pk)
    if key := removal_key(request):
        unsaved = _unsaved(grade_form=_grade_form(request, sheet), evidence_form=_evidence_form(request, sheet, True))
        action = partial(actions.remove_evidence, sheet=sheet, pk=key, by=request.user)
        response = run_action(request, sheet, "evidence", action, **unsaved)
    else:
        unsaved, form = _unsaved(grade_form=_grade_form(request, sheet)), _evidence_form(request, sheet)
        if not form.is_valid():
            return render_editor(request, sheet, status=422, sentence=LOOK_BELOW, evidence_form=form, **unsaved)
        add = partial(actions.add_evidence, sheet=sheet, evidence=form.save(commit=False), by=request.user)
        response = run_action(request, sheet, "evidence", add, evidence_form=form, **unsaved)
    is_done = response.status_code == 302
    return render_editor(request, get_sheet(request, pk), **unsaved) if is_done and unsaved else response


def _grade_form(request: AuthedRequest, sheet: PlanSheet) -> GradeForm:
    """Return the grade as it stood in the form; where none was asked for, as it is stored."""
    return GradeForm.of(sheet, request.POST if "reason" in request.POST else None)


def _evidence_form(request: AuthedRequest, sheet: PlanSheet, may_be_empty: bool = False) -> EvidenceForm:
    """Return the form of the piece of evidence that was typed."""
    return EvidenceForm(
        request.POST, instance=Evidence(sheet=sheet), empty_permitted=may_be_empty, use_required_attribute=False
    )


def _unsaved(**forms: BaseForm) -> dict[str, Any]:
    """Return the forms in which something was typed that is not stored."""
    return {name: form for name, form in forms.items() if form.is_bound and form.has_changed()}
