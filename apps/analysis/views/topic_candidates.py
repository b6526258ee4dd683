"""Candidates for topics (論点の候補), for the staff who answer a theme."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.analysis.services.coding import coded_voices, found_by_none
from apps.analysis.services.scope import scope_of
from apps.analysis.services.topic_candidates import candidates_of
from apps.analysis.views.helpers import tabs


@require_safe
@login_required
def topic_candidates(request: HttpRequest, slug: str) -> HttpResponse:
    """Show groups of voices that may be topics; each leads to the form of a new topic with its voices filled in."""
    scope = scope_of(slug=slug)
    theme = scope.consultation
    if theme is None or not request.user.has_perm("consultations.answer", theme):
        raise PermissionDenied(_("論点の候補は、このテーマを担当する職員だけが見られます。"))
    found = candidates_of(scope)
    add = reverse("admin:consultations_topic_add")
    groups = [{"candidate": group, "add_url": _topic_url(add, group.codes, group.title)} for group in found.groups]
    coded = coded_voices(theme)
    context = {
        "scope": scope,
        "heading": _("論点の候補"),
        "tabs": tabs(scope, ""),
        "found": found,
        "groups": groups,
        "coded": [{"row": row, "add_url": _topic_url(add, row.codes, row.rule.title)} for row in coded],
        "found_by_none": found_by_none(scope, [row.rule for row in coded]).count() if coded else 0,
        "add_rule_url": f"{reverse('admin:analysis_codingrule_add')}?{urlencode({'consultation': theme.pk})}",
    }
    return render(request, "analysis/topic_candidates.html", context)


def _topic_url(add: str, codes: str, title: str) -> str:
    """Return the URL of the form of a new topic with its voices and a title filled in."""
    return f"{add}?{urlencode({'codes': codes, 'title': title})}"
