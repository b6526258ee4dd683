"""固定版: staff keep what was counted on a day under an address of its own."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.analysis import analyses
from apps.analysis.background_analyses import Analysis
from apps.analysis.forms import ChoiceForm, FreezeForm
from apps.analysis.models import Snapshot
from apps.analysis.scope import Choice, Scope, scope_of
from apps.analysis.views.analyses import both_forms, compared, drawn_weeks, grouped, netted
from apps.analysis.views.cloud import drawn
from apps.analysis.views.helpers import asked, may_see_attributes
from apps.analysis.word_cloud import Run, run_of


@require_POST
@permission_required("analysis.add_snapshot", raise_exception=True)
def freeze(request: HttpRequest, **where: Any) -> HttpResponse:
    """Keep the page that staff look at as it is."""
    scope, form = scope_of(**where), FreezeForm(request.POST)
    choices = choices_of(request, scope, request.POST.get("kind", ""))
    if not form.is_valid() or choices is None:
        messages.error(request, _("固定できませんでした。題名と条件を確かめてください。"))
        return redirect(scope.cloud_url)
    kind = form.cleaned_data["kind"]
    payload, rows = counted(scope, kind, choices)
    if payload is None:
        messages.error(request, _("表示できることばがないか、集計がまだ終わっていないため、固定できません。"))
        return redirect(scope.cloud_url)
    made = Snapshot.objects.freeze(
        by=request.user,
        kind=kind,
        title=form.cleaned_data["title"] or scope.title[:120],
        where={"consultation": scope.consultation, "viewpoint": scope.viewpoint},
        query=[_plain(choice) for choice in choices],
        payload=payload,
        ids=sorted(rows.values_list("pk", flat=True)),
    )
    told = _("固定版をつくりました。このページのアドレスは変わりません。")
    if made.is_about_attributes:
        told += _("年代などで絞り込んでいるため、このテーマを担当する職員だけが見られます。")
    messages.success(request, told)
    return redirect(made)


def choices_of(request: HttpRequest, scope: Scope, kind: str) -> list[Choice] | None:
    """What the address of the page asks for; None when that is wrong. Groups are always those of everything."""
    if kind == "groups":
        return [Choice()]
    forms = both_forms(request, scope) if kind == "compare" else (asked(request, scope.where)[1],)
    return [form.choice for form in forms] if all(form.is_valid() for form in forms) else None


def _plain(choice: Choice) -> dict[str, Any]:
    return {name: str(value) for name, value in choice.query.items()}


def counted(scope: Scope, kind: str, choices: list[Choice]) -> tuple[Any, Any]:
    """The counts of a page and the proposals that they were counted of; None where there is nothing to keep."""
    first = choices[0]
    rows = first.apply(scope.proposals()).order_by()
    if kind == "cloud":
        run = run_of(scope, first)
        return (run.to_payload() if run.words else None), rows
    if kind == "compare":
        data = newest(analyses.compare(scope, *choices))
        side_a, side_b = analyses.sides(scope, *choices)
        return (None if data is None or data["too_small"] else data), scope.proposals().either(side_a, side_b)
    data = newest(analyses.groups(scope) if kind == "groups" else analyses.QUESTIONS[kind](scope, first))
    return (data if data and data["proposals"] and not first.attribute else None), rows


def newest(analysis: Analysis) -> dict[str, Any] | None:
    """The counts of exactly today's public proposals; of a large set only once a worker has drawn them."""
    return analysis.current() or (None if analysis.is_large else analysis.draw())


@require_safe
def snapshot(request: HttpRequest, pk: int) -> HttpResponse:
    """What was frozen, told apart from what is live; sentences behind it are today's public ones."""
    kept = get_object_or_404(Snapshot.objects.public().select_related("consultation", "viewpoint"), pk=pk)
    scope = scope_of(**kept.where)
    attributes = may_see_attributes(request, scope)
    if kept.is_about_attributes and not attributes:
        raise Http404
    choices = [ChoiceForm.read(scope, query) for query in kept.query]
    context = {
        "kept": kept,
        "scope": scope,
        "hidden": kept.hidden_since,
        "said": "" if kept.kind == Snapshot.Kind.COMPARE else ChoiceForm.said(scope, choices[0]),
    }
    payload, context["left_out_since"] = kept.shown_payload()
    if kept.kind == Snapshot.Kind.CLOUD:
        context |= drawn(scope, choices[0], Run.from_payload(payload))
    elif kept.kind == Snapshot.Kind.COMPARE:
        context |= compared(scope, payload, choices)
    elif kept.kind == Snapshot.Kind.NETWORK:
        context |= netted(scope, payload, choices[0])
    elif kept.kind == Snapshot.Kind.GROUPS:
        context |= grouped(scope, payload, attributes=attributes)
    else:
        context |= drawn_weeks(scope, payload, choices[0])
    return render(request, "analysis/snapshot.html", context)
