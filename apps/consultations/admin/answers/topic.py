"""Admin of topics (論点): staff group proposals, word what they have in common, and publish it."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.requests import user_of
from apps.consultations.admin.answers.forms import TopicForm
from apps.consultations.admin.base import OwnRowsAdmin
from apps.consultations.models import Topic
from apps.consultations.models.answers.reply import ReplyQuerySet
from apps.consultations.models.answers.topic import TopicQuerySet
from apps.core.types import StrOrPromise

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldOpts, _FieldsetSpec


class PublishedFilter(admin.SimpleListFilter):
    """Filter by published or draft."""

    title = gettext_lazy("公開")
    parameter_name = "published"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, StrOrPromise]]:
        """Return the two choices."""
        return [("yes", _("公開中")), ("no", _("下書き"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> TopicQuerySet | ReplyQuerySet:
        """Return the rows of the chosen value."""
        rows, chosen = cast("TopicQuerySet | ReplyQuerySet", queryset), self.value()
        if chosen == "yes":
            return rows.published()
        return rows.drafts() if chosen == "no" else rows


@admin.register(Topic)
class TopicAdmin(OwnRowsAdmin):
    """Topics (論点). Grouping, ungrouping and publishing are methods of the model."""

    form = TopicForm
    list_display = ("code", "title", "consultation", "proposal_count", "is_public")
    list_filter = (PublishedFilter, ("consultation", admin.RelatedOnlyFieldListFilter))
    search_fields = ("title",)

    def get_queryset(self, request: HttpRequest) -> TopicQuerySet:
        """Return topics with the number of public proposals."""
        topics: TopicQuerySet = super().get_queryset(request)
        return topics.for_lists().order_by("-pk")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[TopicQuerySet, bool]:
        """Use the portal's search."""
        return cast("TopicQuerySet", queryset).search(search_term), False

    @admin.display(description=gettext_lazy("意見の数"))
    def proposal_count(self, topic: Topic) -> int:
        """Return the number of public proposals."""
        return topic.proposal_count

    @admin.display(description=gettext_lazy("公開中"), boolean=True)
    def is_public(self, topic: Topic) -> bool:
        """Return True if it is published."""
        return topic.is_public

    @admin.display(description=gettext_lazy("テーマ"))
    def consultation_page(self, topic: Topic) -> str:
        """Return a link to the consultation's public page."""
        return format_html('<a href="{}">{}</a>', topic.consultation.get_absolute_url(), topic.consultation)

    @admin.display(description=gettext_lazy("次にすること"))
    def next_acts(self, topic: Topic) -> str:
        """Return links for answering it and for assigning it to departments."""
        reply = f"{reverse('admin:consultations_reply_add')}?code={topic.code}"
        assign = f"{reverse('admin:consultations_assignment_add')}?codes={topic.code}"
        words = (reply, _("市の考え方を書く"), assign, _("担当課に割り当てる"))
        return format_html('<a href="{}">{}</a>　<a href="{}">{}</a>', *words)

    def get_fieldsets(self, request: HttpRequest, obj: Topic | None = None) -> "_FieldsetSpec":
        """Return fields for a new topic, or for an existing one with its proposals and suggestions."""
        if obj is None:
            return [(None, {"fields": ("codes", "existing", "title", "summary", "act")})]
        words: _FieldOpts = {"fields": ("code", "consultation_page", "title", "summary", "act", "next_acts")}
        return [(None, words), (gettext_lazy("意見"), {"fields": ("removed", "suggested", "codes")})]

    def get_readonly_fields(self, request: HttpRequest, obj: Topic | None = None) -> tuple[str, ...]:
        """Return code and consultation as read-only for an existing topic."""
        return ("code", "consultation_page", "next_acts") if obj else ()

    def save_form(self, request: HttpRequest, form: TopicForm, change: bool) -> Topic:
        """Return the existing topic if one was selected, else the new one."""
        topic: Topic = super().save_form(request, form, change)
        existing: Topic | None = form.cleaned_data.get("existing")
        return existing or topic

    def save_model(self, request: HttpRequest, obj: Topic, form: TopicForm, change: bool) -> None:
        """Save the text, then add and remove proposals, then publish."""
        data = form.cleaned_data
        if not data.get("existing"):
            super().save_model(request, obj, form, change)
        obj.group(data["proposals"], by=user_of(request))
        if data.get("removed"):
            obj.ungroup(form.proposals_by_codes(data["removed"]), by=user_of(request))
        if data.get("act") == "publish" and not obj.is_public:
            obj.publish(by=user_of(request))
            self.add_success(request, _("論点を公開しました。"))
