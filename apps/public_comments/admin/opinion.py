"""Admin of opinions: read by the case's department and the secretariat; who sent one is asked for, and each look noted."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.requests import user_of
from apps.public_comments import actions
from apps.public_comments.admin.points import PointPagesMixin
from apps.public_comments.admin.typing import TypingFilter, TypingPagesMixin
from apps.public_comments.forms.cases import ExclusionForm
from apps.public_comments.models import Opinion


@admin.register(Opinion)
class OpinionAdmin(TypingPagesMixin, PointPagesMixin):
    """Opinions (提出意見), never changed by staff."""

    change_form_template = "admin/public_comments/opinion_form.html"
    list_display = ("number_shown", "case", "channel", "state", "is_group", "received_on")
    list_filter = (("case", admin.RelatedOnlyFieldListFilter), "channel", "state", TypingFilter, "is_group")
    search_fields = ("number",)
    fields = readonly_fields = (
        "case", "number_shown", "channel", "received_on", "is_group", "eligibility", "state", "excluded_reason",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the opinions to the cases that the person runs."""
        return super().get_queryset(request).select_related("case__department", "eligibility")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: they are entered from the page of their case."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: an opinion is what somebody sent."""
        return False

    @admin.display(description=gettext_lazy("受付番号"), ordering="number")
    def number_shown(self, opinion: Opinion) -> str:
        """Return the receipt number."""
        return opinion.number_shown

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add the words, the former words and who sent the same ones."""
        opinion = kwargs.get("obj")
        if isinstance(opinion, Opinion):
            rows = opinion.parts.select_related("section", "opinion").order_by("edition", "order", "pk")
            current = [part for part in rows if part.edition == opinion.edition]
            context |= {
                **self.point_context(opinion, current),
                **self.typing_context(opinion),
                "former_parts": [part for part in rows if part.edition != opinion.edition],
                "exclusion_form": ExclusionForm(initial={"reason": opinion.excluded_reason}),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        """Add the sender's page and the exclusion."""
        pages = {"sender": self.sender_view, "exclude": self.exclude_view}
        return [
            *(
                path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"public_comments_opinion_{name}")
                for name, view in pages.items()
            ),
            *self.point_urls(),
            *self.typing_urls(),
            *super().get_urls(),
        ]

    def sender_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show who sent an opinion, with a press: the look is noted in the audit trail. A GET leads back."""
        opinion = self.run_by(request, pk)
        if request.method != "POST":
            return self.back_to(opinion)
        sender = actions.read_sender(opinion=opinion, by=user_of(request))
        return self.page(request, "sender", _("提出した人"), opinion=opinion, sender=sender)

    def exclude_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Leave the opinion out of the count, or count it again. A GET leads back."""
        opinion, form = self.run_by(request, pk), ExclusionForm(request.POST)
        if request.method != "POST" or not form.is_valid():
            return self.back_to(opinion)
        reason = form.cleaned_data["reason"]
        action = partial(actions.exclude_opinion, opinion=opinion, reason=reason, by=user_of(request))
        return self.act(request, opinion, action, _("保存しました。"))
