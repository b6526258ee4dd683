"""Admin of users, postings, departments and invitations, for the secretariat. Roles are given by invitation only."""

from typing import Any, cast

from allauth.account import admin as emails
from allauth.account.decorators import secure_admin_login
from allauth.mfa import admin as factors
from allauth.socialaccount import admin as social
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import admin as groups
from django.contrib.auth.models import Group
from django.db.models import Field, Model, QuerySet
from django.forms import BaseForm, BaseModelFormSet
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from apps.accounts.actions import end_posting, invite, set_active
from apps.accounts.models import Department, Invitation, Posting, User
from apps.accounts.models.invitation import InvitationQuerySet
from apps.accounts.rules import is_secretariat, roles_offered_by
from apps.core.admin import PortalAdmin
from apps.core.admin_dates import DAYS
from apps.core.generic import StackedInline

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# Other people's rows for keys, secrets and e-mail addresses are not for editing: who changes them takes an account over.
for module in (emails, factors, social, groups):
    for model in [m for m in admin.site._registry if type(admin.site._registry[m]).__module__ == module.__name__]:
        admin.site.unregister(model)
if admin.site.is_registered(Group):
    admin.site.unregister(Group)


def acting(request: HttpRequest) -> User:
    """Return the acting user, typed: only signed-in staff reach an admin page."""
    return cast("User", request.user)


class PostingInline(StackedInline[Posting, User]):
    """A user's postings; only the last day can be changed."""

    model = Posting
    extra = 0
    formfield_overrides = DAYS
    can_delete = False
    fields = ("role", "department", "organization", "starts_on", "ends_on")
    readonly_fields = ("role", "department", "organization", "starts_on")
    verbose_name_plural = _("役割（新しい役割は招待で渡します）")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return whether the user is in the secretariat."""
        return bool(is_secretariat(request.user))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return whether the user may change this person."""
        return request.user.has_perm("accounts.change_user", obj)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return False: roles are given by invitation only."""
        return False


@admin.register(User)
class UserAdmin(PortalAdmin):
    """利用者: moderators see nicknames; e-mail addresses are for the secretariat only."""

    inlines = (PostingInline,)
    list_filter = ("is_active", "postings__role")
    ordering = ("-pk",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Return all users with their postings prefetched."""
        users: QuerySet[User] = User.objects.with_postings().order_by("-pk")
        return users

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Return the columns; e-mail address and id for the secretariat only."""
        columns = ("public_name", "roles", "is_active", "created_at")
        return (*columns[:1], "email", *columns[1:], "number") if is_secretariat(request.user) else columns

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Return the searched columns; e-mail addresses for the secretariat only: a search would tell which are known."""
        return ("nickname", "email_normalised") if is_secretariat(request.user) else ("nickname",)

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Return the fields; the e-mail address for the secretariat only."""
        fields = ("public_name", "created_at", "last_login", "erased_at", "is_active")
        return ("email", *fields) if is_secretariat(request.user) else fields

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Return all fields but `is_active`: only the person changes the others."""
        return ("email", "public_name", "created_at", "last_login", "erased_at")

    @admin.display(description=_("公開名"))
    def public_name(self, person: User) -> str:
        """Return the nickname, or 匿名."""
        return str(person)

    @admin.display(description=_("利用者ID"), ordering="pk")
    def number(self, person: User) -> int:
        """Return the id by which the audit trail names the person."""
        return int(person.pk)

    @admin.display(description=_("現在の役割"))
    def roles(self, person: User) -> str:
        """Return the labels of the roles held today."""
        if person.is_superuser:
            return str(_("システム管理者"))
        return "、".join(str(posting) for posting in person.current_postings())

    def save_model(self, request: HttpRequest, obj: User, form: BaseForm, change: bool) -> None:
        """Save `is_active` by the action, which checks rank and writes the audit entry."""
        if "is_active" in form.changed_data:
            set_active(person=obj, is_active=obj.is_active, by=acting(request))

    def save_formset(
        self, request: HttpRequest, form: BaseForm, formset: "BaseModelFormSet[Any, Any]", change: bool
    ) -> None:
        """Save the last days of postings by the action, which checks rank and writes the audit entries."""
        for posting in formset.save(commit=False):
            end_posting(posting=posting, on=posting.ends_on, by=acting(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: users sign up by themselves."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Return False: users leave by themselves."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Return whether the rules allow it: never for one's own rank or above."""
        return request.user.has_perm("accounts.change_user", obj)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Return whether the rules allow it: moderators and the secretariat."""
        return request.user.has_perm("accounts.view_user", obj)


@admin.register(Posting)
class PostingAdmin(PortalAdmin):
    """役割, read-only: a posting is ended on its user's page."""

    list_display = ("user", "role", "department", "organization", "starts_on", "ends_on")
    list_filter = ("role", "department")
    list_select_related = ("user", "department")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: roles are given by invitation only."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Posting | None = None) -> bool:
        """Return False: postings are changed on the user's page."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Posting | None = None) -> bool:
        """Return False: a posting stays on record."""
        return False


@admin.register(Department)
class DepartmentAdmin(PortalAdmin):
    """所管課; a reorganised one is set inactive, not deleted."""

    list_display = ("name", "code", "order", "is_active")
    search_fields = ("name", "code")

    def has_delete_permission(self, request: HttpRequest, obj: Department | None = None) -> bool:
        """Return False: answers still name the department."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Department | None = None) -> tuple[str, ...]:
        """Return the code for an existing row: URLs contain it."""
        return ("code",) if obj else ()


@admin.register(Invitation)
class InvitationAdmin(PortalAdmin):
    """招待: created and mailed at once; afterwards it can only be revoked."""

    list_display = ("email", "role", "department", "organization", "expires_at", "accepted_at", "revoked_at")
    list_filter = ("role",)
    list_select_related = ("department",)
    fields = ("email", "role", "department", "organization", "ends_on")
    actions = ("revoke",)

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Let the organization be chosen: a name that is spelt in another way would give no right.

        Which ones there are is known to an app above; `settings.ORGANIZATION_NAMES` names its function.
        """
        if db_field.name != "organization":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        names: list[str] = import_string(settings.ORGANIZATION_NAMES)()
        return forms.ChoiceField(
            label=db_field.verbose_name, required=False, choices=[("", "---------"), *((name, name) for name in names)],
            help_text=_("協議会構成団体の担当者を招待するときに選びます。一覧にない団体は、先に「団体」に登録してください。"),
        )  # fmt: skip

    def formfield_for_choice_field(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Offer only the roles that this user may invite to."""
        field = super().formfield_for_choice_field(db_field, request, **kwargs)
        if db_field.name == "role":
            cast("Any", field).choices = [
                ("", "---------"),
                *((role.value, role.label) for role in roles_offered_by(acting(request))),
            ]
        return field

    def save_model(self, request: HttpRequest, obj: Invitation, form: BaseForm, change: bool) -> None:
        """Invite by the action, which checks the role, writes the audit entry and sends the mail."""
        invite(invitation=obj, by=acting(request))

    @admin.action(description=_("選んだ招待を取り消す"), permissions=["add"])
    def revoke(self, request: HttpRequest, queryset: InvitationQuerySet) -> None:
        """Revoke the selected invitations that are still usable."""
        invitations = list(queryset.usable())
        for invitation in invitations:
            invitation.revoke(by=acting(request))
        self.message_user(request, _("%(n)d件の招待を取り消しました。") % {"n": len(invitations)})

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        """Return False: the mail is sent."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        """Return False: an invitation stays on record."""
        return False
