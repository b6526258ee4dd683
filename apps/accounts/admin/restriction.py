"""利用の制限: begun and lifted by moderators, never rewritten."""

import re
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.actions import lift, restrict
from apps.accounts.admin.people import acting
from apps.accounts.models import Restriction, User
from apps.accounts.rules import is_secretariat, outranks
from apps.core.admin import PortalAdmin

GUEST = r"[0-9a-f]{64}"  # a guest is known by a hash only
HANDLE = r"[0-9a-f]{24}"  # as `accounts.models.user.new_handle` makes them
NUMBER_MAX = 16


class PersonField(forms.ModelChoiceField):
    """A person by the handle that a case gives, which leads to no name; by number for those who see names anyway."""

    takes_numbers = False

    def to_python(self, value: Any) -> User | None:
        """The person, or an error."""
        if value in self.empty_values:
            return None
        by_number = self.takes_numbers and value.isascii() and value.isdigit() and len(value) < NUMBER_MAX
        people: Any = self.queryset
        found = people.filter(**{"pk" if by_number else "handle": value}).first()
        if found is None:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return found


class RestrictionForm(forms.ModelForm):
    """Who (by handle), what, why, until when."""

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
        label=gettext_lazy("登録のない人"),
        required=False,
        widget=forms.TextInput(attrs={"readonly": True}),
        help_text=gettext_lazy("登録のない投稿の案件から開くと、入っています。そのときは利用者の符号を空欄にします。"),
    )
    acting: Any = None  # set by the admin for each request

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "user" in self.fields:
            field: Any = self.fields["user"]
            field.queryset = User.objects.present().with_postings()
            field.takes_numbers = is_secretariat(self.acting)

    def clean(self) -> dict[str, Any]:
        """One person or one guest; a guest has no account that could be closed."""
        data = super().clean() or self.cleaned_data
        guest = data.get("browser") or ""
        if "user" not in self.errors and bool(data.get("user")) == bool(guest):
            self.add_error("user", _("利用者の符号か、登録のない人の、どちらか一つを入れてください。"))
        if guest and data.get("kind") == Restriction.Kind.SUSPENDED:
            self.add_error("kind", _("登録のない人には、投稿の制限を選んでください。"))
        self.instance.guest = guest
        return data

    def clean_user(self) -> User | None:
        """Nobody restricts themselves, their own rank or above."""
        person = self.cleaned_data["user"]
        if person is None:
            return None
        if person == self.acting or not outranks(self.acting, person):
            raise forms.ValidationError(_("この人の利用を制限する権限がありません。"))
        return person

    def clean_ends_at(self) -> Any:
        """An end lies ahead."""
        ends_at = self.cleaned_data["ends_at"]
        if ends_at and ends_at <= timezone.now():
            raise forms.ValidationError(_("終了は、これからの日時にしてください。"))
        return ends_at


class HoldsNow(admin.SimpleListFilter):
    """Those that hold today, or that wait for an answer to an objection."""

    title = gettext_lazy("状態")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Two questions."""
        return [("current", _("いま制限中")), ("appealed", _("異議の申立てあり"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        """The chosen one."""
        question = {"current": queryset.current, "appealed": queryset.appealed}.get(self.value() or "")
        return question() if question else queryset


@admin.register(Restriction)
class RestrictionAdmin(PortalAdmin):
    """利用の制限."""

    form = RestrictionForm
    list_display = ("number", "person", "kind", "article", "starts_at", "ends_at", "lifted_at", "appealed_at")
    list_filter = (HoldsNow, "kind")
    ordering = ("-pk",)
    actions = ("lift_chosen",)
    add_fields = ("user", "browser", "kind", "article", "reason", "ends_at")
    shown_fields = (
        "person", "guest", "kind", "article", "reason", "starts_at", "ends_at", "decided_by", "appeal", "appealed_at",
        "lifted_at",
    )  # fmt: skip

    @admin.display(description=gettext_lazy("番号"), ordering="pk")
    def number(self, restriction: Restriction) -> int:
        """By which it is spoken of."""
        return restriction.pk

    list_select_related = ("user",)

    @admin.display(description=gettext_lazy("利用者の符号"), empty_value="—")
    def person(self, restriction: Restriction) -> str | None:
        """Whom it is about, never by name or number; nothing for somebody without an account."""
        return restriction.user.handle if restriction.user else None

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form knows who acts."""
        made = super().get_form(request, obj, change, **kwargs)
        return type(made.__name__, (made,), {"acting": request.user})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What is typed; afterwards all there is."""
        return self.shown_fields if obj else self.add_fields

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, str | list[str]]:
        """The handle that a case names."""
        number, guest = request.GET.get("user", ""), request.GET.get("guest", "")
        if re.fullmatch(GUEST, guest):
            return {"browser": guest}
        return {"user": number} if re.fullmatch(HANDLE, number) else {}

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Moderators and the secretariat."""
        return request.user.has_perm("accounts.restrict")

    has_module_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Moderators and the secretariat."""
        return request.user.has_perm("accounts.restrict")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was said to somebody stays; it is lifted instead."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It stays on record."""
        return False

    def has_lift_permission(self, request: HttpRequest) -> bool:
        """Whoever restricts."""
        return request.user.has_perm("accounts.restrict")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Through the one write path."""
        restrict(restriction=obj, by=acting(request))

    @admin.action(description=gettext_lazy("選んだ制限を解除する"), permissions=["lift"])
    def lift_chosen(self, request: HttpRequest, queryset: Any) -> None:
        """End what still holds."""
        number = 0
        for restriction in queryset.current().select_related("user"):
            try:
                lift(restriction=restriction, by=acting(request))
                number += 1
            except PermissionDenied as refused:
                messages.error(request, str(refused))
        messages.success(request, _("%(n)d件の制限を解除しました。") % {"n": number})
