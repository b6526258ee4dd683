"""The pages of a case's result in the admin site: what is missing, the hand-in, the preview with the publication."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from apps.accounts.requests import user_of
from apps.public_comments import actions
from apps.public_comments.admin.base import PublicCommentsAdmin
from apps.public_comments.forms.answers import PublicationForm
from apps.public_comments.services.result_check import hints_of, lacks_of
from apps.public_comments.services.result_figures import next_edition


class ResultPagesMixin(PublicCommentsAdmin):
    """Add the result to the admin of cases."""

    def result_urls(self) -> list[URLPattern]:
        """Return the paths of the result."""
        pages: dict[str, Any] = {
            "result": self.result_view, "hand_in": self.hand_in_view, "publish": self.publish_view,
        }  # fmt: skip
        return [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"public_comments_case_{name}")
            for name, view in pages.items()
        ]

    def result_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the next edition of the result as everybody would read it, and what it still lacks."""
        case = self.run_by(request, pk)
        if case.state in {"draft", "upcoming", "open"}:
            return self.back_to(case)
        edition = next_edition(case)
        return self.page(
            request, "result", _("結果"), case=case, result=edition, seen=edition.digest,
            missing=lacks_of(case), hints=hints_of(case), form=PublicationForm(),
            is_own=case.handed_in_by_id == user_of(request).pk,
        )  # fmt: skip

    def hand_in_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Hand the result in with a press; a GET leads back."""
        case = self.run_by(request, pk)
        if request.method != "POST":
            return self.back_to(case)
        action = partial(actions.hand_in_result, case=case, by=user_of(request))
        return self.act(request, case, action, _("結果の案を提出しました。別の職員が確かめて公表します。"))

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Publish the result that the preview showed; a GET leads back."""
        case, form = self.run_by(request, pk), PublicationForm(request.POST)
        if request.method != "POST":
            return self.back_to(case)
        form.is_valid()
        data = form.cleaned_data
        action = partial(
            actions.publish_result, case=case, by=user_of(request), seen=data.get("seen") or "unknown",
            note=data.get("note") or "",
        )  # fmt: skip
        return self.act(request, case, action, _("結果を公表しました。"))
