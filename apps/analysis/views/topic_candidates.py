"""Candidates for topics (論点の候補), for the staff who answer a theme."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.analysis.services.scope import scope_of
from apps.analysis.services.topic_candidates import candidates_of
from apps.analysis.views.helpers import tabs


@require_safe
@login_required
def topic_candidates(request: HttpRequest, slug: str) -> HttpResponse:
    """Show groups of voices that may be topics; each leads to the form of a new topic with its voices filled in."""
    scope = scope_of(slug=slug)
    if not request.user.has_perm("consultations.answer", scope.consultation):
        raise PermissionDenied(_("論点の候補は、このテーマを担当する職員だけが見られます。"))
    found = candidates_of(scope)
    add = reverse("admin:consultations_topic_add")
    groups = [
        {"candidate": group, "add_url": f"{add}?{urlencode({'codes': group.codes, 'title': group.title})}"}
        for group in found.groups
    ]
    context = {"scope": scope, "heading": _("論点の候補"), "tabs": tabs(scope, ""), "found": found, "groups": groups}
    return render(request, "analysis/topic_candidates.html", context)
