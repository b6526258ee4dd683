"""Admin form of replies, with an optimistic lock: who saves over a newer draft sees both texts."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Department
from apps.consultations.admin.answers.forms import StaffForm, split_codes
from apps.consultations.models import Approver, Proposal, Reply, ReplyStatus, Topic
from apps.core.formfields import CleanTextFormField, NumberFormField


def in_full(target: Proposal | Topic) -> str:
    """Return a proposal or topic with link and full text."""
    words = "\n".join(
        part for part in (target.title, getattr(target, "body", ""), getattr(target, "summary", "")) if part
    )
    return format_html('<a href="{}">{}</a><br>{}', target.get_absolute_url(), target.code, linebreaksbr(words))


DRAFT = ("", _("下書きを保存する"))
ASK = ("ask", _("決裁に回す（次に決裁する人に知らせます）"))
PUBLISH = ("publish", _("公開する（投稿した人とフォロワーに知らせます）"))


class ReplyForm(StaffForm[Reply]):
    """A reply: its target, department, status and text, and whether to publish it."""

    code = NumberFormField(
        label=_("意見か論点の番号"), max_length=12, help_text=_("例：C25-0142（意見）、T25-0012（論点）")
    )
    act = forms.ChoiceField(
        label=_("この操作で行うこと"),
        required=False,
        choices=[DRAFT, ASK, PUBLISH],
    )

    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    stored: Reply | None = None  # what somebody else wrote down meanwhile

    class Meta:
        model = Reply
        fields = ("department", "draft_status", "draft_body")
        widgets = {"draft_body": forms.Textarea(attrs={"rows": 10})}
        help_texts = {"draft_body": _("見出しや箇条書きはMarkdownで書けます。公開すると、あとから書きかえられません。")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(
            "forms.ModelChoiceField[ReplyStatus]", self.fields["draft_status"]
        ).queryset = ReplyStatus.objects.offered()
        if self.instance.pk:
            del self.fields["code"]
            self.fields["version"].initial = self.instance.draft_version
            asks = Approver.objects.of_department(self.instance.department).exists()
            cast("forms.ChoiceField", self.fields["act"]).choices = [DRAFT, ASK if asks else PUBLISH]
        else:
            cast("forms.ModelChoiceField[Department]", self.fields["department"]).queryset = self.own_departments()
            self._show_target()

    def _show_target(self) -> None:
        """Show the full text of what is answered, once the code is known."""
        number = self.data.get(self.add_prefix("code")) if self.is_bound else self.initial.get("code")
        try:
            targets = self.targets_by_codes(split_codes(str(number or ""))[:1])
        except forms.ValidationError:
            return  # said at the field when it is saved
        if targets:
            self.fields["code"].help_text = in_full(targets[0])

    @property
    def begun(self) -> Reply | None:
        """Return the existing reply of the department to the target in the query string, or None."""
        try:
            targets = self.targets_by_codes(split_codes(str(self.initial.get("code") or ""))[:1])
        except forms.ValidationError:
            return None
        own = {str(one.pk): one for one in self.own_departments()} if targets else {}
        named = own.get(str(self.initial.get("department"))) or (next(iter(own.values())) if len(own) == 1 else None)
        return Reply.objects.to_target(targets[0]).filter(department=named).first() if named else None

    def clean_code(self) -> Proposal | Topic:
        """Return the proposal or topic."""
        (target,) = self.targets_by_codes(split_codes(self.cleaned_data["code"])[:1]) or (None,)
        if target is None:
            raise forms.ValidationError(_("意見か論点の番号を書いてください。"))
        return target

    def clean(self) -> dict[str, Any]:
        """Check that the department has no other reply to the target, and that what is published is complete."""
        data = super().clean() or self.cleaned_data
        target = data.get("code") or (self.instance.target if self.instance.pk else None)
        if "code" in data:
            self.instance.answer_to(data["code"])
            twin = self.instance.twin(data["department"]) if data.get("department") else None
            if twin:
                sentence = _("この課の回答がすでにあります。そちらを開いて続けてください。")
                link = '{} <a href="{}" target="_blank" rel="noopener">{}</a>'
                url = reverse("admin:consultations_reply_change", args=[twin.pk])
                self.add_error("department", format_html(link, sentence, url, _("新しい画面で開く")))
        if self.instance.pk:
            self._require_newest(data.get("version"))
        if act := data.get("act"):
            self._require_way(act, data.get("department"))
            self._require_whole(data, target)
        return data

    def _require_way(self, act: str, chosen: Department | None) -> None:
        """Refuse to publish where the department asks for approval, and the other way round."""
        department = self.instance.department if self.instance.pk else chosen
        asks = Approver.objects.of_department(department).exists()
        if act == "publish" and asks:
            self.add_error("act", _("この課では、公開の前に決裁が要ります。「決裁に回す」を選んでください。"))
        if act == "ask" and not asks:
            self.add_error("act", _("この課には決裁の順番が決まっていません。そのまま公開できます。"))

    def _require_newest(self, version: int | None) -> None:
        """Refuse a save over a newer draft (optimistic lock) and show both; saving again overwrites."""
        stored = Reply.objects.get_for_update(self.instance.pk)
        if stored is None or version == stored.draft_version:
            return
        self.stored = stored
        typed = cast("QueryDict", self.data).copy()
        typed[self.add_prefix("version")] = str(stored.draft_version)
        self.data = typed
        self.add_error(
            None, _("ほかの職員がこの下書きを変えたため、保存していません。下の二つの文を見比べてください。")
        )

    def _require_whole(self, data: dict[str, Any], target: Proposal | Topic | None) -> None:
        if not data.get("draft_status"):
            self.add_error("draft_status", _("公開するには状況を選んでください。"))
        if not (data.get("draft_body") or "").strip():
            self.add_error("draft_body", _("公開するには市の考え方を書いてください。"))
        if self.instance.says_the_same(data.get("draft_status"), data.get("draft_body") or ""):
            self.add_error("draft_body", _("公開中の内容と同じです。状況か文を変えてから公開してください。"))
        if target is not None and not target.is_public:
            self.add_error("act", _("意見または論点が公開されていません。先に公開してください。"))


class PreviewForm(forms.Form):
    """The fields of a reply that the preview shows."""

    draft_status: "forms.ModelChoiceField[ReplyStatus]" = forms.ModelChoiceField(
        queryset=ReplyStatus.objects.none(), required=False
    )
    draft_body = CleanTextFormField(most=4000, error_messages={"required": _("市の考え方が、まだ書かれていません。")})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(
            "forms.ModelChoiceField[ReplyStatus]", self.fields["draft_status"]
        ).queryset = ReplyStatus.objects.offered()
