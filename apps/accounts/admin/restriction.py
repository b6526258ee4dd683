"""Admin of 利用の制限: restrictions are created and lifted by moderators, never changed."""

import re
from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.actions import lift, restrict
from apps.accounts.admin.people import acting
from apps.accounts.models import Restriction, User
from apps.accounts.models.restriction import RestrictionQuerySet
from apps.accounts.rules import is_secretariat, outranks
from apps.core.admin import PortalAdmin
from apps.core.generic import ModelChoiceField, ModelForm
from apps.core.types import StrOrPromise

GUEST = r"[0-9a-f]{64}"  # a guest is known by a hash only
HANDLE = r"[0-9a-f]{24}"  # as `accounts.models.user.new_handle` makes them
NUMBER_MAX = 16


class PersonField(ModelChoiceField[User]):
    """A user by handle, which reveals no name; with `takes_numbers` also by id, for those who see names anyway."""

    takes_numbers = False

    def to_python(self, value: object) -> User | None:
        """Return the user, None for an empty value; raises ValidationError for an unknown one."""
        if value in self.empty_values:
            return None
        value = str(value)
        by_number = self.takes_numbers and value.isascii() and value.isdigit() and len(value) < NUMBER_MAX
        users: Any = self.queryset
        user = users.filter(**{"pk" if by_number else "handle": value}).first()
        if user is None:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return cast("User", user)


class RestrictionForm(ModelForm[Restriction]):
    """A new restriction: user (by handle) or guest, kind, article, reason, end."""

    user: Any = PersonField(
        label=gettext_lazy("利用者の符号"),
        required=False,
        queryset=User.objects.none(),
        widget=forms.TextInput,
        help_text=gettext_lazy("案件の画面の「この投稿者の利用を制限する」から開くと、入っています。"),
        error_messages={"invalid_choice": gettext_lazy("この符号の利用者はいません。")},
    )

    class Meta:
        model = Restriction
        fields = ("user", "kind", "article", "reason", "ends_at")

    browser = forms.RegexField(
        GUEST,
        label=gettext_lazy("登録していない人"),
        required=False,
        widget=forms.TextInput(attrs={"readonly": True}),
        help_text=gettext_lazy("登録のない投稿の案件から開くと、入っています。そのときは利用者の符号を空欄にします。"),
    )
    acting: User | None = None  # set by the admin for each request

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "user" in self.fields:
            field: Any = self.fields["user"]
            field.queryset = User.objects.present().with_postings()
            field.takes_numbers = is_secretariat(self.acting)

    def clean(self) -> dict[str, object]:
        """Require either a user or a guest; refuse to suspend a guest, who has no account."""
        data = super().clean() or self.cleaned_data
        guest = data.get("browser") or ""
        if "user" not in self.errors and bool(data.get("user")) == bool(guest):
            self.add_error("user", _("利用者の符号か、登録していない人の、どちらか一つを入れてください。"))
        if guest and data.get("kind") == Restriction.Kind.SUSPENDED:
            self.add_error("kind", _("登録していない人には、投稿の制限を選んでください。"))
        self.instance.guest = guest
        return data

    def clean_user(self) -> User | None:
        """Return the user; raises ValidationError for oneself, one's own rank and above."""
        person: User | None = self.cleaned_data["user"]
        if person is None:
            return None
        if person == self.acting or not outranks(self.acting, person):
            raise forms.ValidationError(_("この人の利用を制限する権限がありません。"))
        return person

    def clean_ends_at(self) -> datetime | None:
        """Return the end; raises ValidationError when it lies in the past."""
        ends_at: datetime | None = self.cleaned_data["ends_at"]
        if ends_at and ends_at <= timezone.now():
            raise forms.ValidationError(_("終了は、これからの日時にしてください。"))
        return ends_at


class StateFilter(admin.SimpleListFilter):
    """Filter: restrictions in force, or those with an objection (appeal)."""

    title = gettext_lazy("状態")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, StrOrPromise]]:
        """Return the two choices."""
        return [("current", _("いま制限中")), ("appealed", _("異議の申立てあり"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Restriction]:
        """Return the restrictions of the chosen state; all without one."""
        rows = cast("RestrictionQuerySet", queryset)
        method = {"current": rows.current, "appealed": rows.appealed}.get(self.value() or "")
        return method() if method else rows


@admin.register(Restriction)
class RestrictionAdmin(PortalAdmin):
    """利用の制限."""

    form = RestrictionForm
    list_display = ("number", "person", "kind", "article", "starts_at", "ends_at", "lifted_at", "appealed_at")
    list_filter = (StateFilter, "kind")
    ordering = ("-pk",)
    actions = ("lift_chosen",)
    add_fields = ("user", "browser", "kind", "article", "reason", "ends_at")
    shown_fields = (
        "person", "guest", "kind", "article", "reason", "starts_at", "ends_at", "decided_by", "appeal", "appealed_at",
        "lifted_at",
    )  # fmt: skip

    @admin.display(description=gettext_lazy("番号"), ordering="pk")
    def number(self, restriction: Restriction) -> int:
        """Return the id, by which staff refer to the restriction."""
        return restriction.pk

    list_select_related = ("user",)

    @admin.display(description=gettext_lazy("利用者の符号"), empty_value="—")
    def person(self, restriction: Restriction) -> str | None:
        """Return the user's handle, never name or id; None for a guest."""
        return restriction.user.handle if restriction.user else None

    def get_form(
        self, request: HttpRequest, obj: Restriction | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Return the form class with the acting user set."""
        form_class = super().get_form(request, obj, change, **kwargs)
        return type(form_class.__name__, (form_class,), {"acting": request.user})

    def get_fields(self, request: HttpRequest, obj: Restriction | None = None) -> tuple[str, ...]:
        """Return the typed fields for a new restriction, all fields for an existing one."""
        return self.shown_fields if obj else self.add_fields

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, str | list[str]]:
        """Return the user's handle or the guest's hash of the query string; nothing when they are malformed."""
        handle, guest = request.GET.get("user", ""), request.GET.get("guest", "")
        if re.fullmatch(GUEST, guest):
            return {"browser": guest}
        return {"user": handle} if re.fullmatch(HANDLE, handle) else {}

    def has_view_permission(self, request: HttpRequest, obj: Restriction | None = None) -> bool:
        """Return whether the rules allow it: moderators and the secretariat."""
        return request.user.has_perm("accounts.restrict")

    has_module_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return whether the rules allow it: moderators and the secretariat."""
        return request.user.has_perm("accounts.restrict")

    def has_change_permission(self, request: HttpRequest, obj: Restriction | None = None) -> bool:
        """Return False: a restriction is not changed, but lifted."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Restriction | None = None) -> bool:
        """Return False: a restriction stays on record."""
        return False

    def has_lift_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may lift: the same who may restrict."""
        return request.user.has_perm("accounts.restrict")

    def save_model(self, request: HttpRequest, obj: Restriction, form: BaseForm, change: bool) -> None:
        """Restrict by the action, which checks rank, writes the audit entry and notifies."""
        restrict(restriction=obj, by=acting(request))

    @admin.action(description=gettext_lazy("選んだ制限を解除する"), permissions=["lift"])
    def lift_chosen(self, request: HttpRequest, queryset: RestrictionQuerySet) -> None:
        """Lift the selected restrictions that are in force; say which ones the user may not lift."""
        number = 0
        for restriction in queryset.current().select_related("user"):
            try:
                lift(restriction=restriction, by=acting(request))
                number += 1
            except PermissionDenied as refused:
                messages.error(request, str(refused))
        messages.success(request, _("%(n)d件の制限を解除しました。") % {"n": number})
