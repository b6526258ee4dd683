"""What the secretariat sees of the portal's own records: read the trail, send stuck mail again, edit the city's pages."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.admin import PortalAdmin
from apps.operations.audit_labels import actor_in_words, in_words, thing_in_words
from apps.operations.models import AuditEntry, Job, Outbox, SitePage


class ReadOnlyAdmin(PortalAdmin):
    """Rows that nobody makes, changes or deletes by hand, not even a system administrator."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


class InWordsFilter(admin.AllValuesFieldListFilter):
    """The values that stand in the trail, as staff read them."""

    def word(self, value: str) -> str:
        """One stored value in words."""
        raise NotImplementedError

    def choices(self, changelist: Any) -> Any:
        """As Django's, with each value in words."""
        for choice in super().choices(changelist):
            yield {**choice, "display": self.word(str(choice["display"]))}


class VerbFilter(InWordsFilter):
    """What was done."""

    def word(self, value: str) -> str:
        """As the trail's list says it."""
        return in_words(value)


class ActorFilter(InWordsFilter):
    """In which role."""

    def word(self, value: str) -> str:
        """As the trail's list says it."""
        return actor_in_words(value)


class TargetFilter(InWordsFilter):
    """To what kind of thing."""

    def word(self, value: str) -> str:
        """As the trail's list says it."""
        return thing_in_words(value)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """監査記録."""

    list_display = ("at", "actor_id", "actor", "act", "target_name", "target_id", "reason")
    list_filter = (("verb", VerbFilter), ("target_label", TargetFilter), ("actor_role", ActorFilter))
    fields = ("at", "actor_id", "actor", "act", "target_name", "target_id", "reason", "facts")
    search_fields = ("target_id", "reason")
    date_hierarchy = "at"
    show_full_result_count = False

    @admin.display(description=gettext_lazy("操作"), ordering="verb")
    def act(self, entry: AuditEntry) -> str:
        """The verb in words."""
        return in_words(entry.verb)

    @admin.display(description=gettext_lazy("役割"), ordering="actor_role")
    def actor(self, entry: AuditEntry) -> str:
        """The role in words."""
        return actor_in_words(entry.actor_role)

    @admin.display(description=gettext_lazy("対象"), ordering="target_label")
    def target_name(self, entry: AuditEntry) -> str:
        """What kind of thing it was done to."""
        return thing_in_words(entry.target_label)


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """時間のかかる処理."""

    list_display = ("title", "state", "done", "total", "requested_by_id", "created_at", "finished_at", "error")
    list_filter = ("state", "kind")
    fields = (
        "title", "kind", "state", "done", "total", "message", "error", "tries", "requested_by_id", "address",
        "created_at", "started_at", "heartbeat_at", "finished_at",
    )  # fmt: skip


class LetterState(admin.SimpleListFilter):
    """Where a letter stands."""

    title = gettext_lazy("状態")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Given up, waiting, sent."""
        return [("dead", _("送信を断念")), ("waiting", _("送信待ち")), ("sent", _("送信済み"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        """The letters in the chosen state."""
        questions = {"dead": queryset.dead_letters, "waiting": queryset.waiting, "sent": queryset.sent}
        question = questions.get(self.value() or "")
        return question() if question else queryset


@admin.register(Outbox)
class OutboxAdmin(ReadOnlyAdmin):
    """送信メール. The body is left out: it is a letter to somebody."""

    list_display = ("subject", "created_at", "tries", "sent_at", "dead", "last_error")
    list_filter = (LetterState,)
    fields = (
        "key", "subject", "message_id", "created_at", "send_after", "tries", "last_error", "sent_at", "dead",
    )  # fmt: skip
    actions = ("try_again",)

    @admin.action(description=gettext_lazy("送信を断念したメールを、もう一度送る"), permissions=["retry"])
    def try_again(self, request: HttpRequest, queryset: Any) -> None:
        """Send given-up letters once more; others among the chosen are left as they are."""
        count = queryset.try_again(by=request.user)
        if count:
            messages.success(request, _("%(n)d通をもう一度送ります。") % {"n": count})
        else:
            messages.warning(request, _("送信を断念したメールは選ばれていません。何も変えていません。"))

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Who may send again: whoever sees the outbox."""
        return self.has_view_permission(request)


@admin.register(SitePage)
class SitePageAdmin(PortalAdmin):
    """利用規約, プライバシー, お問い合わせ: the words are the city's, the addresses are not."""

    list_display = ("title", "slug", "version", "updated_at")
    readonly_fields = ("slug", "updated_at")
    fields = ("title", "body", "version", "slug", "updated_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The pages are three."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The footer leads to each of them."""
        return False

    def save_model(self, request: HttpRequest, obj: SitePage, form: Any, change: bool) -> None:
        """Keep the words, and who changed which part of them."""
        obj.revise(by=request.user, changed=form.changed_data)
