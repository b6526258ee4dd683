"""Snapshots (固定版): staff freeze what was counted on a day under a permanent URL."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.requests import user_of
from apps.analysis.forms import FreezeForm, WordFilterForm
from apps.analysis.models import Snapshot
from apps.analysis.services import analyses
from apps.analysis.services.background_analyses import Analysis
from apps.analysis.services.scope import Scope, WordFilter, scope_of
from apps.analysis.services.word_cloud import CloudResult, cloud_for
from apps.analysis.views.analyses import both_forms, comparison_context, groups_context, network_context, weeks_context
from apps.analysis.views.cloud import result_context
from apps.analysis.views.helpers import may_see_attributes, scope_and_form
from apps.core.types import JsonObject


@require_POST
@permission_required("analysis.add_snapshot", raise_exception=True)
def freeze(request: HttpRequest, **where: Any) -> HttpResponse:
    """Freeze the page of this URL as a snapshot."""
    scope, form = scope_of(**where), FreezeForm(request.POST)
    filters = filters_of(request, scope, request.POST.get("kind", ""))
    if not form.is_valid() or filters is None:
        messages.error(request, _("固定できませんでした。題名と条件を確かめてください。"))
        return redirect(scope.cloud_url)
    kind = form.cleaned_data["kind"]
    payload, rows = count_page(scope, kind, filters)
    if payload is None:
        messages.error(request, _("表示できることばがないか、集計がまだ終わっていないため、固定できません。"))
        return redirect(scope.cloud_url)
    frozen = Snapshot.objects.freeze(
        by=user_of(request),
        kind=kind,
        title=form.cleaned_data["title"] or scope.title[:120],
        where={"consultation": scope.consultation, "viewpoint": scope.viewpoint},
        query=[_plain(word_filter) for word_filter in filters],
        payload=payload,
        ids=sorted(rows.values_list("pk", flat=True)),
    )
    message = _("固定版をつくりました。このページのアドレスは変わりません。")
    if frozen.is_about_attributes:
        message += _("年代などで絞り込んでいるため、このテーマを担当する職員だけが見られます。")
    messages.success(request, message)
    return redirect(frozen)


def filters_of(request: HttpRequest, scope: Scope, kind: str) -> list[WordFilter] | None:
    """Return the filters in the query string; None if they are not valid. The page of groups has no filter."""
    if kind == "groups":
        return [WordFilter()]
    forms = both_forms(request, scope) if kind == "compare" else (scope_and_form(request, scope.where)[1],)
    return [form.word_filter for form in forms] if all(form.is_valid() for form in forms) else None


def _plain(word_filter: WordFilter) -> dict[str, object]:
    return {name: str(value) for name, value in word_filter.query.items()}


def count_page(scope: Scope, kind: str, filters: list[WordFilter]) -> tuple[Any, Any]:
    """Return the counts of a page (None if there is nothing to freeze) and the proposals that were counted."""
    first = filters[0]
    rows = first.apply(scope.proposals()).order_by()
    if kind == "cloud":
        result = cloud_for(scope, first)
        return (result.to_payload() if result.words else None), rows
    if kind == "compare":
        data = current_data(analyses.compare(scope, *filters))
        side_a, side_b = analyses.sides(scope, *filters)
        in_either = Q(pk__in=side_a.order_by().values("pk")) | Q(pk__in=side_b.order_by().values("pk"))
        rows = scope.proposals().filter(in_either).order_by()
        return (None if data is None or data["too_small"] else data), rows
    data = current_data(analyses.groups(scope) if kind == "groups" else analyses.ANALYSES[kind](scope, first))
    return (data if data and data["proposals"] and not first.attribute else None), rows


def current_data(analysis: Analysis) -> JsonObject | None:
    """Return the data of exactly today's public proposals; for a large set only from the cache, else None."""
    return analysis.current() or (None if analysis.is_large else analysis.draw())


@require_safe
def snapshot(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a snapshot; quotes in it are read anew from what is public today."""
    frozen = get_object_or_404(Snapshot.objects.public().select_related("consultation", "viewpoint"), pk=pk)
    scope = scope_of(**frozen.where)
    attributes = may_see_attributes(request, scope)
    if frozen.is_about_attributes and not attributes:
        raise Http404
    filters = [WordFilterForm.read(scope, query) for query in frozen.query]
    context = {
        "snapshot": frozen,
        "scope": scope,
        "hidden": frozen.hidden_since,
        "conditions": "" if frozen.kind == Snapshot.Kind.COMPARE else WordFilterForm.describe(scope, filters[0]),
    }
    payload, context["left_out_since"] = frozen.shown_payload()
    if frozen.kind == Snapshot.Kind.CLOUD:
        context |= result_context(scope, filters[0], CloudResult.from_payload(payload))
    elif frozen.kind == Snapshot.Kind.COMPARE:
        context |= comparison_context(scope, payload, filters)
    elif frozen.kind == Snapshot.Kind.NETWORK:
        context |= network_context(scope, payload, filters[0])
    elif frozen.kind == Snapshot.Kind.GROUPS:
        context |= groups_context(scope, payload, attributes=attributes)
    else:
        context |= weeks_context(scope, payload, filters[0])
    return render(request, "analysis/snapshot.html", context)
