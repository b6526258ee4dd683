"""People, roles and invitations for the secretariat. Roles are given by invitation, never by a tick in a form."""

from typing import Any, cast

from allauth.account import admin as addresses
from allauth.account.decorators import secure_admin_login
from allauth.mfa import admin as factors
from allauth.socialaccount import admin as social
from django.contrib import admin
from django.contrib.auth import admin as groups
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts.actions import end_posting, invite, set_active
from apps.accounts.models import Department, Invitation, Posting, User
from apps.accounts.rules import is_secretariat, roles_offered_by
from apps.core.admin import PortalAdmin
from apps.core.admin_dates import DAYS

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# Other people's rows for keys, secrets and addresses are not for editing: who changes them takes an account over.
for module in (addresses, factors, social, groups):
    for model in [m for m in admin.site._registry if type(admin.site._registry[m]).__module__ == module.__name__]:
        admin.site.unregister(model)
if admin.site.is_registered(Group):
    admin.site.unregister(Group)


def acting(request: HttpRequest) -> User:
    """The member of staff who acts; nobody else gets to an admin page."""
    return cast("User", request.user)


class PostingInline(admin.StackedInline):
    """The person's roles; only the last day can be set."""

    model = Posting
    extra = 0
    formfield_overrides = DAYS
    can_delete = False
    fields = ("role", "department", "organization", "starts_on", "ends_on")
    readonly_fields = ("role", "department", "organization", "starts_on")
    verbose_name_plural = _("役割（新しい役割は招待で渡します）")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The secretariat."""
        return is_secretariat(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may change the person."""
        return request.user.has_perm("accounts.change_user", obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By invitation only."""
        return False


@admin.register(User)
class UserAdmin(PortalAdmin):
    """利用者: moderators see who is who by nickname; addresses are for the secretariat."""

    inlines = (PostingInline,)
    list_filter = ("is_active", "postings__role")
    ordering = ("-pk",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With their roles."""
        return User.objects.with_postings().order_by("-pk")

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """No addresses for moderators."""
        shown = ("public_name", "roles", "is_active", "created_at")
        return (*shown[:1], "email", *shown[1:], "number") if is_secretariat(request.user) else shown

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Nor a search that would tell whether an address is known."""
        return ("nickname", "email_normalised") if is_secretariat(request.user) else ("nickname",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What there is to see; only `is_active` can be changed."""
        shown = ("public_name", "created_at", "last_login", "erased_at", "is_active")
        return ("email", *shown) if is_secretariat(request.user) else shown

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A person's own words and address are the person's."""
        return ("email", "public_name", "created_at", "last_login", "erased_at")

    @admin.display(description=_("公開名"))
    def public_name(self, person: User) -> str:
        """Nickname or 匿名."""
        return str(person)

    @admin.display(description=_("利用者ID"), ordering="pk")
    def number(self, person: User) -> int:
        """The number under which the audit trail names the person."""
        return int(person.pk)

    @admin.display(description=_("現在の役割"))
    def roles(self, person: User) -> str:
        """The roles held today."""
        if person.is_superuser:
            return str(_("システム管理者"))
        return "、".join(str(posting) for posting in person.current_postings())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Through the one write path."""
        if "is_active" in form.changed_data:
            set_active(person=obj, is_active=obj.is_active, by=acting(request))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Through the one write path."""
        for posting in formset.save(commit=False):
            end_posting(posting=posting, on=posting.ends_on, by=acting(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People come by themselves."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """And go by themselves."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes their own rank or above."""
        return request.user.has_perm("accounts.change_user", obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Moderators and the secretariat."""
        return request.user.has_perm("accounts.view_user", obj)


@admin.register(Posting)
class PostingAdmin(PortalAdmin):
    """役割, to look through; a role is ended on its person's page."""

    list_display = ("user", "role", "department", "organization", "starts_on", "ends_on")
    list_filter = ("role", "department")
    list_select_related = ("user", "department")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """By invitation only."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """On the person's page."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A role that was held stays on record."""
        return False


@admin.register(Department)
class DepartmentAdmin(PortalAdmin):
    """所管課; a reorganised one is marked, not deleted."""

    list_display = ("name", "code", "order", "is_active")
    search_fields = ("name", "code")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Its answers still name it."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Addresses are made of the code."""
        return ("code",) if obj else ()


@admin.register(Invitation)
class InvitationAdmin(PortalAdmin):
    """招待: written once, mailed at once; afterwards it can only be taken back."""

    list_display = ("email", "role", "department", "organization", "expires_at", "accepted_at", "revoked_at")
    list_filter = ("role",)
    list_select_related = ("department",)
    fields = ("email", "role", "department", "organization", "ends_on")
    actions = ("revoke",)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only roles that this person may hand out."""
        field = super().formfield_for_choice_field(db_field, request, **kwargs)
        if db_field.name == "role":
            cast("Any", field).choices = [
                ("", "---------"),
                *((role.value, role.label) for role in roles_offered_by(request.user)),
            ]
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Through the one write path."""
        invite(invitation=obj, by=acting(request))

    @admin.action(description=_("選んだ招待を取り消す"), permissions=["add"])
    def revoke(self, request: HttpRequest, queryset: Any) -> None:
        """Take back what was not used yet."""
        invitations = list(queryset.usable())
        for invitation in invitations:
            invitation.revoke(by=acting(request))
        self.message_user(request, _("%(n)d件の招待を取り消しました。") % {"n": len(invitations)})

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Sent is sent."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It stays on record."""
        return False
