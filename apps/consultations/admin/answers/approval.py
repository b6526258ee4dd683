"""Pages of approval (決裁): the draft with its order of approvers, and the admin of the orders."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import Department, User
from apps.accounts.requests import AuthedRequest, user_of
from apps.consultations import actions
from apps.consultations.admin.answers.forms import PersonChoice
from apps.consultations.forms import approvals as forms
from apps.consultations.forms.approvals import ApprovalForm
from apps.consultations.models import ActionRefused, Approval, Approver, DraftComment, Reply
from apps.consultations.models.answers.reply import ReplyQuerySet
from apps.core.admin import PortalAdmin
from apps.core.generic import ModelForm
from apps.core.types import StrOrPromise

if TYPE_CHECKING:
    ReplyAdmin = admin.ModelAdmin[Reply]
else:
    ReplyAdmin = admin.ModelAdmin

SENTENCES: dict[str, StrOrPromise] = {
    forms.APPROVE: gettext_lazy("承認しました。"),
    forms.APPROVE_AND_PUBLISH: gettext_lazy("承認して、公開しました。"),
    forms.RETURN: gettext_lazy("差し戻しました。書いた人に知らせます。"),
    forms.ASK: gettext_lazy("決裁に回しました。次の人に知らせます。"),
    forms.WITHDRAW: gettext_lazy("決裁を取り下げました。"),
    forms.RELEASE: gettext_lazy("市の考え方を公開しました。"),
    forms.COMMENT: gettext_lazy("ひとことを残しました。"),
}


class ApprovalFilter(admin.SimpleListFilter):
    """Filter replies by where their approval stands."""

    title = gettext_lazy("決裁")
    parameter_name = "approval"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, StrOrPromise]]:
        """Return the choices."""
        return [
            ("mine", _("わたしの決裁を待つもの")),
            ("late", _("そのうち、3日より前からのもの")),
            ("asked", _("決裁待ち")),
            ("returned", _("差し戻されたもの")),
            ("approved", _("決裁が終わり、公開を待つもの")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> ReplyQuerySet:
        """Return the rows of the chosen value; all for any other."""
        rows, chosen = cast("ReplyQuerySet", queryset), self.value() or ""
        return rows.in_approval(chosen, user_of(request)) if chosen in dict(self.lookup_choices) else rows


def approval_view(model_admin: ReplyAdmin, request: AuthedRequest, reply: Reply) -> HttpResponse:
    """Show a draft with its rounds of approval and comments; on POST do one act and return to the page."""
    form = ApprovalForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _do(form.cleaned_data["act"], reply, request.user, form.cleaned_data["comment"])
            except ActionRefused as refused:
                form.add_error(None, str(refused.sentence))
                status = 409
            else:
                messages.success(request, SENTENCES[form.cleaned_data["act"]])
                return redirect("admin:consultations_reply_approval", reply.pk)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("決裁：%(code)s") % {"code": reply.target.code},
        "form": form,
        **_dossier(reply, request.user),
    }
    return TemplateResponse(request, "admin/consultations/reply_approval.html", context, status=status)


def _do(act: str, reply: Reply, user: User, comment: str) -> None:
    """Do the act in the user's name."""
    acts: dict[str, Callable[[], object]] = {
        forms.APPROVE: lambda: actions.approve_draft(reply=reply, by=user, comment=comment),
        forms.APPROVE_AND_PUBLISH: lambda: actions.approve_draft(reply=reply, by=user, comment=comment, publishes=True),
        forms.RETURN: lambda: actions.return_draft(reply=reply, by=user, comment=comment),
        forms.ASK: lambda: actions.ask_approval(reply=reply, by=user),
        forms.WITHDRAW: lambda: actions.withdraw_approval(reply=reply, by=user),
        forms.RELEASE: lambda: actions.release_draft(reply=reply, by=user),
        forms.COMMENT: lambda: actions.comment_on_draft(reply=reply, by=user, body=comment),
    }
    acts[act]()


def _dossier(reply: Reply, user: User) -> dict[str, Any]:
    """Return what the page shows: the draft, what is public, the rounds with their steps, comments, who may do what."""
    rounds = list(Approval.objects.of_reply(reply))
    for approval in rounds:
        approval.reply = reply
    current = next((approval for approval in rounds if approval.is_open), None)
    decides = current is not None and current.may_be_decided_by(user)
    return {
        "reply": reply,
        "rounds": rounds,
        "current": current,
        "approvers": list(Approver.objects.of_department(reply.department)),
        "draft_comments": list(DraftComment.objects.of_reply(reply)),
        "may_decide": decides,
        "may_publish_at_once": decides and current is not None and current.is_at_last_step,
        "may_release": current is not None and current.may_be_released_by(user),
        "may_withdraw": current is not None and current.may_be_withdrawn_by(user),
        "may_ask": current is None and not reply.says_the_same(reply.draft_status, reply.draft_body),
    }


class ApproverForm(ModelForm[Approver]):
    """A place in the order: only who works for the department can have one."""

    person = PersonChoice(label=gettext_lazy("決裁する人"), queryset=User.objects.none())

    class Meta:
        model = Approver
        fields = ("department", "order", "person")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("Any", self.fields["person"]).queryset = User.objects.on_staff().with_postings()
        cast("Any", self.fields["department"]).queryset = Department.objects.offered_to(None)

    def clean(self) -> dict[str, Any]:
        """Check that the person works for the department today."""
        data = super().clean() or self.cleaned_data
        person, department = data.get("person"), data.get("department")
        if person and department and department.pk not in person.department_ids():
            self.add_error("person", _("この課の職員ではありません。この課の役割のある人を選んでください。"))
        return data


@admin.register(Approver)
class ApproverAdmin(PortalAdmin):
    """Orders of approval (決裁の順番), set by the secretariat; without a row a department publishes without approval."""

    form = ApproverForm
    list_display = ("department", "order", "person_name")
    list_filter = (("department", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("department", "person")

    @admin.display(description=gettext_lazy("決裁する人"))
    def person_name(self, row: Approver) -> str:
        """Return the person's name and extension."""
        return row.person.name_among_staff
