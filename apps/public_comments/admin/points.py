"""The points of an opinion in the admin site: cut, put into a group, deleted."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from apps.accounts.requests import user_of
from apps.public_comments import actions
from apps.public_comments.admin.base import PublicCommentsAdmin
from apps.public_comments.forms.answers import CutForm, PlaceForm
from apps.public_comments.models import Opinion, OpinionPart, OpinionPoint
from apps.public_comments.services.likeness import ViewSuggester, alike


class PointPagesMixin(PublicCommentsAdmin):
    """Add the work on points to the admin of opinions."""

    def point_urls(self) -> list[URLPattern]:
        """Return the paths of the work on points."""
        return [
            path(
                "<int:pk>/cut/<int:part>/",
                self.admin_site.admin_view(self.cut_view),
                name="public_comments_opinion_cut",
            ),
            path(
                "<int:pk>/place/<int:point>/",
                self.admin_site.admin_view(self.place_view),
                name="public_comments_opinion_place",
            ),
        ]

    def point_context(self, opinion: Opinion, parts: list[OpinionPart]) -> dict[str, Any]:
        """Return the parts with their forms, points and how many others have the same words."""
        is_closed = opinion.case.state in {"closed", "answered"}
        points = OpinionPoint.objects.filter(part__in=parts).select_related("view").order_by("pk")
        suggester = ViewSuggester(opinion.case) if is_closed else None
        like = {part.pk: suggester.suggest(part.body) if suggester else None for part in parts}
        near = alike(parts, opinion.case) if is_closed else {}
        rows = [
            {
                "part": part,
                "like": like[part.pk],
                "alike": near.get(part.pk, []),
                "same": OpinionPart.objects.same_words(part).count(),
                "points": [
                    (point, PlaceForm(initial={"view": point.view_id, "out_of_scope": point.out_of_scope}, case=opinion.case,
                                      auto_id=f"point-{point.pk}-%s"))
                    for point in points
                    if point.part_id == part.pk
                ],
                "form": CutForm(part=part, case=opinion.case) if is_closed and opinion.is_accepted else None,
            }
            for part in parts
        ]  # fmt: skip
        return {"parts": rows, "may_work": is_closed and opinion.is_accepted}

    def cut_view(self, request: HttpRequest, pk: int, part: int) -> HttpResponse:
        """Cut a point from a part. A GET leads back."""
        opinion = self.run_by(request, pk)
        row = get_object_or_404(OpinionPart.objects.select_related("opinion__case"), opinion=opinion, pk=part)
        if request.method != "POST":
            return self.back_to(opinion)
        form = CutForm(request.POST, part=row, case=opinion.case)
        if not form.is_valid():
            messages.error(request, " ".join(str(line) for lines in form.errors.values() for line in lines))
            return self.back_to(opinion)
        action = partial(actions.cut_point, part=row, by=user_of(request), **form.cleaned_data)
        return self.act(request, opinion, action, _("要点を切り出しました。"))

    def place_view(self, request: HttpRequest, pk: int, point: int) -> HttpResponse:
        """Put a point into a group, leave it out, or delete it. A GET leads back."""
        opinion = self.run_by(request, pk)
        rows = OpinionPoint.objects.select_related("part__opinion__case")
        row = get_object_or_404(rows, part__opinion=opinion, pk=point)
        if request.method != "POST":
            return self.back_to(opinion)
        if "remove" in request.POST:
            action = partial(actions.remove_point, point=row, by=user_of(request))
            return self.act(request, opinion, action, _("要点を消しました。"))
        form = PlaceForm(request.POST, case=opinion.case)
        if not form.is_valid():
            messages.error(request, " ".join(str(line) for lines in form.errors.values() for line in lines))
            return self.back_to(opinion)
        action = partial(actions.place_point, point=row, by=user_of(request), **form.cleaned_data)
        return self.act(request, opinion, action, _("保存しました。"))
