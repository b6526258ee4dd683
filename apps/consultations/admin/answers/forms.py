"""Admin forms of topics and assignments. Proposals and topics are named by their codes."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeVar, cast

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Department, User, recipients_of
from apps.accounts.rules import is_secretariat
from apps.consultations.models import ActionRefused, Assignment, Proposal, Topic
from apps.consultations.models.answers.assignment import REASON_MAX
from apps.consultations.models.answers.topic import GROUPED_AT_ONCE
from apps.core.admin_dates import DayField
from apps.core.formfields import CleanTextFormField
from apps.core.generic import ModelChoiceField, ModelForm, ModelMultipleChoiceField
from apps.core.text import as_number

SHOWN_FIRST = 100
PLACEHOLDER = "C25-0142 C25-0150"


def split_codes(text: str) -> list[str]:
    """Return the codes in a text, normalised, each once."""
    words = map(as_number, re.split(r"[\s、,，;；]+", text))
    return list(dict.fromkeys(word for word in words if word))


Answered = TypeVar("Answered", bound=models.Model)


class StaffForm(ModelForm[Answered]):
    """A ModelForm with `user`, which only accepts what this user may answer."""

    user: User  # set by the admin for each request

    def own_departments(self) -> "models.QuerySet[Department]":
        """Return the departments in whose name the user may write."""
        return Department.objects.offered_to(None if is_secretariat(self.user) else self.user.department_ids())

    def proposals_by_codes(self, codes: list[str]) -> list[Proposal]:
        """Return the proposals with these codes; raises ValidationError for codes the user may not use."""
        proposals = list(Proposal.objects.answerable_by(self.user).by_codes(codes[: GROUPED_AT_ONCE + 1]))
        self._require_all(codes, proposals)
        return proposals

    def targets_by_codes(self, codes: list[str]) -> list[Topic | Proposal]:
        """Return the topics and proposals with these codes; raises ValidationError for codes the user may not use."""
        topics = list(Topic.objects.manageable_by(self.user).by_codes(codes[: GROUPED_AT_ONCE + 1]))
        proposals = list(Proposal.objects.answerable_by(self.user).by_codes(codes[: GROUPED_AT_ONCE + 1]))
        self._require_all(codes, [*topics, *proposals])
        return [*topics, *proposals]

    def _require_all(self, codes: list[str], found: Sequence[Topic | Proposal]) -> None:
        if len(codes) > GROUPED_AT_ONCE:
            raise forms.ValidationError(_("一度に指定できるのは%(most)d件までです。"), params={"most": GROUPED_AT_ONCE})
        missing = [code for code in codes if code not in {target.code for target in found}]
        if missing:
            sentence = _("見つからないか、あなたの課の担当ではない番号があります：%(codes)s")
            raise forms.ValidationError(sentence, params={"codes": "、".join(missing[:10])})


class TopicForm(StaffForm[Topic]):
    """A topic: its text, proposals to add or remove, and whether to publish it."""

    codes = CleanTextFormField(
        label=_("加える意見の番号"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": PLACEHOLDER}),
        help_text=_("空白や読点で区切って書きます。同じテーマの、公開中の意見だけをまとめられます。"),
    )
    existing: "forms.ModelChoiceField[Topic]" = forms.ModelChoiceField(
        label=_("すでにある論点に加える"),
        required=False,
        queryset=Topic.objects.none(),
        empty_label=_("新しい論点を作る"),
    )
    suggested = forms.MultipleChoiceField(
        label=_("似ている意見"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("選ぶと論点に加わります。"),
    )
    removed = forms.MultipleChoiceField(
        label=_("まとめた意見"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("選ぶと論点から外れます。"),
    )
    act = forms.ChoiceField(
        label=_("この操作で行うこと"),
        required=False,
        choices=[("", _("保存だけする")), ("publish", _("論点を公開する"))],
    )

    class Meta:
        model = Topic
        fields = ("title", "summary")
        widgets = {"summary": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            grouped = self.instance.proposals.order_by("pk")[:SHOWN_FIRST]
            cast("forms.ChoiceField", self.fields["removed"]).choices = _labels(grouped)
            alike = _labels(self.instance.suggestions())
            cast("forms.ChoiceField", self.fields["suggested"]).choices = alike
            if not alike:
                self.fields["suggested"].help_text = _("いまは見つかりません。")
            if self.instance.is_public:
                cast("forms.ChoiceField", self.fields["act"]).choices = [("", _("保存だけする（公開中）"))]
        else:
            open_topics = Topic.objects.manageable_by(self.user).select_related("consultation").order_by("-pk")
            cast("forms.ModelChoiceField[Topic]", self.fields["existing"]).queryset = open_topics
            self.fields["title"].required = False

    def clean(self) -> dict[str, Any]:
        """Check the proposals; a new topic needs a title and a proposal."""
        data = super().clean() or self.cleaned_data
        codes = [*split_codes(data.get("codes", "")), *data.get("suggested", [])]
        try:
            data["proposals"] = self.proposals_by_codes(list(dict.fromkeys(codes)))
            self._fit(data)
        except forms.ValidationError as error:
            self.add_error("codes", error)
        except ActionRefused as refusal:
            self.add_error("codes", refusal.sentence)
        return data

    def _fit(self, data: dict[str, Any]) -> None:
        topic: Topic = data.get("existing") or self.instance
        if not topic.pk:
            if not data["proposals"]:
                raise ActionRefused(_("まとめる意見の番号を一つ以上書いてください。"))
            if not data.get("title"):
                self.add_error("title", _("論点を書くか、すでにある論点を選んでください。"))
            topic.consultation = data["proposals"][0].consultation
        topic.require_groupable(data["proposals"])
        if data.get("act") == "publish" and not data["proposals"] and not topic.public_proposals.exists():
            raise ActionRefused(_("公開するには、公開中の意見を一件以上まとめてください。"))


def _labels(proposals: Iterable[Proposal]) -> list[tuple[str, str]]:
    return [(proposal.code, f"{proposal.code} {proposal.body[:60]}") for proposal in proposals]


class PersonChoice(ModelChoiceField[User]):
    """A choice of staff, with their current posts."""

    def label_from_instance(self, person: User) -> str:
        """Return name and posts, never an e-mail address."""
        return f"{person.name_among_staff}（{'、'.join(str(posting) for posting in person.current_postings())}）"


class DepartmentChoice(ModelMultipleChoiceField[Department]):
    """Departments to tick; one that no e-mail reaches says so beside its name."""

    def label_from_instance(self, department: Department) -> str:
        """Return the name, and whether an e-mail reaches the department."""
        return (
            str(department)
            if department.is_reached
            else _("%(name)s（届け先の登録がありません）") % {"name": department}
        )


class AssignmentForm(StaffForm[Assignment]):
    """Who shall answer what, and by when; or why it is returned."""

    codes = CleanTextFormField(
        label=_("意見・論点の番号"),
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "C25-0142 T25-0012"}),
        help_text=_("空白や読点で区切って書きます。"),
    )
    departments = DepartmentChoice(
        label=_("担当課"), queryset=Department.objects.offered_to(None), widget=forms.CheckboxSelectMultiple
    )
    knows_unreached = forms.BooleanField(label=_("担当課には届かないことを知ったうえで割り当てる"), required=False)
    person = PersonChoice(
        label=_("担当者"),
        required=False,
        queryset=User.objects.none(),
        empty_label=_("決めない（課に知らせます）"),
        help_text=_("お知らせは担当者に届きます。異動したあとは、課の代表アドレスに届きます。"),
    )
    due_on = DayField(label=_("回答期限"))
    act = forms.ChoiceField(
        label=_("この操作で行うこと"),
        required=False,
        choices=[("", _("保存だけする")), ("send_back", _("差し戻す（割り当てた人に知らせます）"))],
    )
    reason = CleanTextFormField(
        label=_("差し戻しの理由"),
        required=False,
        most=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("この課が答えない理由と、分かるときは担当の課を書いてください。割り当てた人に届きます。"),
    )

    class Meta:
        model = Assignment
        fields = ("person", "due_on", "message")
        widgets = {"message": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[User]", self.fields["person"]).queryset = User.objects.on_staff().with_postings()
        if not self.instance.pk:
            del self.fields["act"], self.fields["reason"]
            choices = cast("forms.ModelMultipleChoiceField[Department]", self.fields["departments"])
            choices.queryset = Department.objects.offered_to(None).with_reach()
            return
        del self.fields["codes"], self.fields["departments"], self.fields["knows_unreached"]
        if self.instance.department_id not in self.user.department_ids():
            del self.fields["act"], self.fields["reason"]
        if not self.instance.may_be_withdrawn_by(self.user):
            self.fields["due_on"].disabled = True
            self.fields["due_on"].help_text = _("回答期限を変えられるのは、割り当てた側です。")
            self.fields["message"].disabled = True

    def clean_codes(self) -> list[Topic | Proposal]:
        """Return the proposals and topics."""
        targets = self.targets_by_codes(split_codes(self.cleaned_data["codes"]))
        if not targets:
            raise forms.ValidationError(_("意見か論点の番号を書いてください。"))
        return targets

    def clean_due_on(self) -> date | None:
        """Check that the day is not past, unless unchanged."""
        day: date | None = self.cleaned_data["due_on"]
        if day and day < timezone.localdate() and day != self.instance.due_on:
            raise forms.ValidationError(_("回答期限は、今日以後の日にしてください。"))
        return day

    @property
    def unreachable(self) -> list[Department]:
        """Return the selected departments that no e-mail reaches."""
        departments = [self.instance.department] if self.instance.pk else self.cleaned_data["departments"]
        person = self.cleaned_data.get("person")
        return [department for department in departments if recipients_of(department, person).is_secretariat]

    def clean(self) -> dict[str, Any]:
        """Check that the person works for one of the departments, and that a return has a reason."""
        data = super().clean() or self.cleaned_data
        if data.get("act") == "send_back" and not (data.get("reason") or "").strip():
            self.add_error("reason", _("差し戻すときは、理由を書いてください。"))
        departments = [self.instance.department] if self.instance.pk else list(data.get("departments") or [])
        person = data.get("person")
        if person and departments and not person.department_ids() & {department.pk for department in departments}:
            self.add_error("person", _("担当者は、選んだ課に所属している職員から選んでください。"))
        if not self.instance.pk and not data.get("knows_unreached"):
            self._require_reached(departments, person)
        return data

    def _require_reached(self, departments: list[Department], person: User | None) -> None:
        """Add an error for departments that no e-mail reaches, until the user says that this is known."""
        names = [str(one) for one in departments if recipients_of(one, person).is_secretariat]
        if names:
            sentence = _(
                "%(names)sには、代表アドレスも職員の登録もありません。お知らせは事務局に届きます。それでも割り当てるときは、"
                "下の「担当課には届かないことを知ったうえで割り当てる」を選んで、もう一度保存してください。"
            )
            self.add_error("departments", sentence % {"names": "、".join(names)})
