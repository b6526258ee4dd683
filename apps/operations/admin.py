"""Admin of the portal's records: audit trail (read-only), jobs, outbox (retry failed mail), contact, readings, the city's pages."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.db.models import Field as DBField
from django.db.models import OuterRef, QuerySet, Subquery, URLField
from django.forms import Field as FormField
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.admin import PortalAdmin
from apps.operations.audit_labels import actor_in_words, in_words, thing_in_words
from apps.operations.models import AuditEntry, Contact, FuriganaWord, Job, Outbox, SitePage
from apps.operations.models.outbox import OutboxQuerySet


class ReadOnlyAdmin(PortalAdmin):
    """Read-only admin: nobody adds, changes or deletes rows, not even a system administrator."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False."""
        return False


class InWordsFilter(admin.AllValuesFieldListFilter):
    """Filter by the values that occur in a column, shown as labels."""

    def word(self, value: str) -> str:
        """Return the label of a stored value."""
        raise NotImplementedError

    def choices(self, changelist: Any) -> Any:
        """Yield Django's choices with their labels."""
        for choice in super().choices(changelist):
            yield {**choice, "display": self.word(str(choice["display"]))}


class VerbFilter(InWordsFilter):
    """Filter by verb."""

    def word(self, value: str) -> str:
        """Return the label, as the list shows it."""
        return in_words(value)


class ActorFilter(InWordsFilter):
    """Filter by the actor's role."""

    def word(self, value: str) -> str:
        """Return the label, as the list shows it."""
        return actor_in_words(value)


class TargetFilter(InWordsFilter):
    """Filter by the type of the target."""

    def word(self, value: str) -> str:
        """Return the label, as the list shows it."""
        return thing_in_words(value)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """監査記録: the audit trail, read-only."""

    list_display = ("at", "actor_name", "actor_id", "actor", "act", "target_name", "target_id", "reason")
    list_filter = (("verb", VerbFilter), ("target_label", TargetFilter), ("actor_role", ActorFilter))
    fields = ("at", "actor_name", "actor_id", "actor", "act", "target_name", "target_id", "reason", "facts")
    search_fields = ("target_id", "reason")
    date_hierarchy = "at"
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        """Return the entries with the actor's name among staff, read in the same query."""
        people = get_user_model()._default_manager.filter(pk=OuterRef("actor_id"))
        entries: QuerySet[AuditEntry] = super().get_queryset(request)
        return entries.annotate(staff_name=Subquery(people.values("staff_name")[:1]))

    @admin.display(description=gettext_lazy("操作した職員"))
    def actor_name(self, entry: Any) -> str:
        """Return the name of the member of staff; empty for residents and for who gave no name."""
        return entry.staff_name or ""

    @admin.display(description=gettext_lazy("操作"), ordering="verb")
    def act(self, entry: AuditEntry) -> str:
        """Return the label of the verb."""
        return in_words(entry.verb)

    @admin.display(description=gettext_lazy("役割"), ordering="actor_role")
    def actor(self, entry: AuditEntry) -> str:
        """Return the label of the actor's roles."""
        return actor_in_words(entry.actor_role)

    @admin.display(description=gettext_lazy("対象"), ordering="target_label")
    def target_name(self, entry: AuditEntry) -> str:
        """Return the type of the target in words."""
        return thing_in_words(entry.target_label)


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """時間のかかる処理: background jobs, read-only."""

    list_display = ("title", "state", "done", "total", "requested_by_id", "created_at", "finished_at", "error")
    list_filter = ("state", "kind")
    fields = (
        "title", "kind", "state", "done", "total", "message", "error", "tries", "requested_by_id", "address",
        "created_at", "started_at", "heartbeat_at", "finished_at",
    )  # fmt: skip


class MailStateFilter(admin.SimpleListFilter):
    """Filter by the state of a mail."""

    title = gettext_lazy("状態")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the three states: given up, waiting, sent."""
        return [("dead", _("送信を断念")), ("waiting", _("送信待ち")), ("sent", _("送信済み"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Outbox]:
        """Return the mails in the chosen state; all without one."""
        methods = {"dead": queryset.dead_letters, "waiting": queryset.waiting, "sent": queryset.sent}
        method = methods.get(self.value() or "")
        rows: QuerySet[Outbox] = method() if method else queryset
        return rows


@admin.register(Outbox)
class OutboxAdmin(ReadOnlyAdmin):
    """送信メール: the outbox. The body is not shown: it is addressed to somebody else."""

    list_display = ("subject", "to_masked", "created_at", "tries", "sent_at", "dead", "last_error")
    list_filter = (MailStateFilter,)
    search_fields = ("subject",)
    search_help_text = gettext_lazy("件名のことば、またはメールアドレスの全体")
    fields = (
        "key", "subject", "to_masked", "message_id", "created_at", "send_after", "tries", "last_error", "sent_at", "dead",
    )  # fmt: skip
    actions = ("try_again",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search by words of the subject, or by a whole e-mail address."""
        return cast("OutboxQuerySet", queryset).search(search_term), False

    @admin.action(description=gettext_lazy("送信を断念したメールを、もう一度送る"), permissions=["retry"])
    def try_again(self, request: HttpRequest, queryset: Any) -> None:
        """Retry the selected mails that were given up; others are left as they are."""
        count = queryset.try_again(by=request.user)
        if count:
            messages.success(request, _("%(n)d通をもう一度送ります。") % {"n": count})
        else:
            messages.warning(request, _("送信を断念したメールは選ばれていません。何も変えていません。"))

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may retry: whoever sees the outbox."""
        return self.has_view_permission(request)


@admin.register(SitePage)
class SitePageAdmin(PortalAdmin):
    """利用規約, プライバシー, お問い合わせ: staff edit the texts, not the URLs."""

    list_display = ("title", "slug", "version", "updated_at")
    readonly_fields = ("slug", "updated_at")
    fields = ("title", "body", "version", "slug", "updated_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: the pages are fixed."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: the footer links to each of them."""
        return False

    def save_model(self, request: HttpRequest, obj: SitePage, form: Any, change: bool) -> None:
        """Save the page, with an audit entry of the changed fields."""
        obj.revise(by=request.user, changed=form.changed_data)


@admin.register(Contact)
class ContactAdmin(PortalAdmin):
    """お問い合わせ先: the one contact, on the page お問い合わせ and in the signature of every mail."""

    list_display = ("department", "telephone", "hours", "updated_at")
    readonly_fields = ("updated_at",)
    fields = ("department", "telephone", "extension", "hours", "email", "form_url", "updated_at")
    actions = None

    def formfield_for_dbfield(
        self, db_field: "DBField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> FormField | None:
        """Assume https for a URL without scheme."""
        if isinstance(db_field, URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: there is one contact."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: fields are emptied instead."""
        return False

    def save_model(self, request: HttpRequest, obj: Contact, form: Any, change: bool) -> None:
        """Save the contact, with an audit entry of the changed fields."""
        obj.revise(by=request.user, changed=form.changed_data)


@admin.register(FuriganaWord)
class FuriganaWordAdmin(PortalAdmin):
    """ふりがな: how the city's own words are read."""

    list_display = ("word", "reading")
    search_fields = ("word", "reading")
    fields = ("word", "reading")
    actions = None
    list_per_page = 100

    def save_model(self, request: HttpRequest, obj: FuriganaWord, form: Any, change: bool) -> None:
        """Save the word with an audit entry."""
        obj.put(by=request.user)

    def delete_model(self, request: HttpRequest, obj: FuriganaWord) -> None:
        """Delete the word with an audit entry."""
        obj.remove(by=request.user)
