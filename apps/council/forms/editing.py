"""What a member of the council writes about the own organization and its projects."""

import uuid
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.formfields import CleanTextFormField, DayFormField, OneLineFormField, TagsFormField
from apps.council.models import Domain, Match, Method, Organization, Project, Stage
from apps.council.models.revision_content import plain
from apps.vision.models import Field, Viewpoint

TAGS_MAX = 8
LINKS_MAX = 10
RESERVED = {"answering", "new"}
OUTSIDE = "E"
CHOOSE = _("選んでください")
is_web_address = URLValidator(schemes=["http", "https"])
date_input = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def long_text(label: Any, most: int, *, rows: int = 6, **kwargs: Any) -> CleanTextFormField:
    """A text of several lines."""
    return CleanTextFormField(label=label, most=most, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class HandInForm(forms.Form):
    """What every wording carries that is handed in: what changed and why, and on which wording it builds."""

    note = OneLineFormField(
        label=_("変更の説明"), most=200, required=False, help_text=_("事務局が確かめるときの手がかりになります。")
    )
    submit_key = forms.UUIDField(widget=forms.HiddenInput, error_messages={"invalid": _("画面を開き直してください。")})
    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("submit_key", uuid.uuid4())

    def rebase_on(self, number: int) -> None:
        """The same words once more, as a change of this wording: what is sent next was typed with it in view."""
        data: Any = cast("Any", self.data).copy()
        data["base"], data["submit_key"] = number, uuid.uuid4()
        self.data = data

    @property
    def handed_in(self) -> dict[str, Any]:
        """The words for the action beside the content."""
        typed = self.cleaned_data
        return {"note": typed["note"], "submit_key": typed["submit_key"], "base": typed["base"] or 0}


class OrganizationEditForm(HandInForm):
    """The public page of one's organization."""

    body = long_text(_("紹介"), 2000, required=False, help_text=_("どのような団体で、何が得意かを書いてください。"))
    contact = OneLineFormField(
        label=_("連絡方法"), most=200, required=False,
        help_text=_("公開する窓口だけを書きます（代表電話、問い合わせ先など）。個人の連絡先は書かないでください。"),
    )  # fmt: skip
    website = forms.URLField(label=_("ウェブサイト"), max_length=300, required=False, assume_scheme="https")

    field_order = ["body", "contact", "website", "note"]

    @property
    def content(self) -> dict[str, Any]:
        """What a revision keeps."""
        return {name: self.cleaned_data[name] for name in ("body", "contact", "website")}


class ProjectEditForm(HandInForm):
    """A project of one's organization."""

    title = OneLineFormField(label=_("名称"), most=120, error_messages={"required": _("名称を書いてください。")})
    summary = long_text(
        _("概要"), 400, rows=3, help_text=_("一覧に表示されます。何のために何をするかを書いてください。"),
        error_messages={"required": _("概要を書いてください。")},
    )  # fmt: skip
    body = long_text(_("くわしい内容"), 4000, required=False)
    viewpoint: Any = forms.ModelChoiceField(
        label=_("主な視点"), queryset=Viewpoint.objects.all(), to_field_name="slug", empty_label=CHOOSE,
        error_messages={"required": _("主な視点を選んでください。")},
    )  # fmt: skip
    other_viewpoints: Any = forms.ModelMultipleChoiceField(
        label=_("ほかに関わる視点（【再掲】）"), queryset=Viewpoint.objects.all(), to_field_name="slug", required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    fields_: Any = forms.ModelMultipleChoiceField(
        label=_("分野"), queryset=Field.objects.all(), to_field_name="slug", required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    stage = forms.ChoiceField(label=_("段階"), choices=Stage.choices)
    stage_since = DayFormField(
        label=_("この段階になった日"), required=False, widget=date_input,
        help_text=_("段階を変えたら、この日付も直してください。直さないときは今日になります。"),
    )  # fmt: skip
    starts_on = DayFormField(label=_("開始日"), required=False, widget=date_input)
    ends_on = DayFormField(label=_("終了日"), required=False, widget=date_input)
    result = long_text(_("結果"), 2000, required=False, help_text=_("終了にするときに必要です。公開されます。"))
    lesson = long_text(
        _("次への生かし方"), 2000, required=False,
        help_text=_("終了にするときに必要です。うまくいったこと、いかなかったことを次にどう生かすかを書いてください。公開されます。"),
    )  # fmt: skip
    method = forms.ChoiceField(
        label=_("協働の手法"), choices=[("", _("決まっていない")), *Method.choices], required=False
    )
    method_reason = long_text(_("手法を選んだ理由"), 400, rows=3, required=False)
    domain = forms.ChoiceField(
        label=_("協働の領域"), required=False,
        choices=[("", _("決まっていない")), *Domain.choices, (OUTSIDE, _("E 行政の責任と主体性によって独自に行う領域"))],
    )  # fmt: skip
    place = OneLineFormField(label=_("場所"), most=120, required=False)
    latitude = forms.DecimalField(
        label=_("緯度"), required=False, min_value=-90, max_value=90, max_digits=8, decimal_places=5
    )
    longitude = forms.DecimalField(
        label=_("経度"), required=False, min_value=-180, max_value=180, max_digits=8, decimal_places=5
    )
    tags = TagsFormField(label=_("タグ"), most=TAGS_MAX, required=False, help_text=_("例：見守り、AI（8つまで）"))
    links = long_text(
        _("関連リンク"), 3000, rows=3, required=False,
        help_text=_("1行に一つ、「名称 アドレス」の順に書いてください。例：紹介ページ https://example.jp/"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.initial.get("stage") != Stage.UNKNOWN:  # only what a source left open may stay open
            stages = [choice for choice in Stage.choices if choice[0] != Stage.UNKNOWN]
            cast("forms.ChoiceField", self.fields["stage"]).choices = stages

    def clean_domain(self) -> str:
        """Domain E is the city's own task, outside of working together: the registration stops here."""
        domain = self.cleaned_data["domain"]
        if domain == OUTSIDE:
            raise ValidationError(
                _("領域Eは行政が独自に行うもの（各種公共事業、許認可、行政処分など）で、協働の対象ではありません。"
                  "取組として登録できるのは領域A〜Dです。")
            )  # fmt: skip
        return domain

    def clean_links(self) -> list[list[str]]:
        """A name and an address on each line."""
        lines = [line.split() for line in self.cleaned_data["links"].split("\n") if line.strip()]
        if len(lines) > LINKS_MAX:
            raise ValidationError(_("関連リンクは10件までにしてください。"))
        return [_link(number, words) for number, words in enumerate(lines, 1)]

    def clean(self) -> dict[str, Any]:
        """Closing needs a result and a lesson; a 手法 its reason; days and coordinates fit together."""
        data = super().clean() or self.cleaned_data
        if data.get("stage") == Stage.CLOSED:
            for name in ("result", "lesson"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("終了にするには、「結果」と「次への生かし方」を書いてください。"))
        if data.get("method") and not data.get("method_reason") and "method_reason" not in self.errors:
            self.add_error("method_reason", _("手法を選んだ理由を書いてください。"))
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("終了日は開始日以後の日にしてください。"))
        if (data.get("latitude") is None) != (data.get("longitude") is None):
            self.add_error("longitude", _("緯度と経度は、両方入れるか、両方空けてください。"))
        self._date_the_stage(data)
        return data

    def _date_the_stage(self, data: dict[str, Any]) -> None:
        """Another stage without a day of its own begins today: the day that stood there was the old stage's."""
        known = plain(data.get("stage_since")) == (self.initial.get("stage_since") or None)
        if known and data.get("stage") not in (None, Stage.UNKNOWN, self.initial.get("stage")):
            data["stage_since"] = timezone.localdate()

    @property
    def content(self) -> dict[str, Any]:
        """What a revision keeps."""
        typed = self.cleaned_data
        home, others = typed["viewpoint"], typed["other_viewpoints"]
        kept = {name: plain(value) for name, value in typed.items() if name not in NOT_CONTENT}
        kept["viewpoints"] = [home.slug, *(row.slug for row in others if row != home)]
        kept["fields"] = [row.slug for row in typed["fields_"]]
        return kept

    @classmethod
    def initial_of(cls, content: dict[str, Any]) -> dict[str, Any]:
        """A kept wording as the form shows it."""
        first, *others = [*content["viewpoints"], ""] if not content["viewpoints"] else content["viewpoints"]
        return {
            **content,
            "viewpoint": first,
            "other_viewpoints": others,
            "fields_": content["fields"],
            "tags": "、".join(content["tags"]),
            "links": "\n".join(" ".join(pair) for pair in content["links"]),
        }


NOT_CONTENT = {
    "note", "submit_key", "base", "viewpoint", "other_viewpoints", "fields_", "slug", "organization", "match",
}  # fmt: skip


def _link(number: int, words: list[str]) -> list[str]:
    """The name and the address of a line; an error that names the line otherwise."""
    try:
        is_web_address(words[-1])
    except ValidationError as error:
        raise ValidationError(
            _("関連リンクの%(line)d行目に、https:// で始まるアドレスがありません。"), params={"line": number}
        ) from error
    title = " ".join(words[:-1])[:120] or words[-1][:120]
    if len(words[-1]) > 500:
        raise ValidationError(_("関連リンクの%(line)d行目のアドレスが長すぎます。"), params={"line": number})
    return [title, words[-1]]


class NewProjectForm(ProjectEditForm):
    """A project that is not registered yet."""

    organization: Any = forms.ModelChoiceField(
        label=_("代表する団体"), queryset=None, to_field_name="slug", empty_label=CHOOSE,
        error_messages={"required": _("代表する団体を選んでください。")},
    )  # fmt: skip
    slug = forms.SlugField(
        label=_("アドレス名"), max_length=50,
        help_text=_("英小文字・数字・ハイフン（例：mimamori-2026）。ページのアドレスになり、あとから変えられません。"),
        error_messages={"invalid": _("英小文字・数字・ハイフンだけで書いてください。"),
                        "required": _("アドレス名を書いてください。")},
    )  # fmt: skip

    match: Any = forms.ModelChoiceField(queryset=Match.objects.none(), required=False, widget=forms.HiddenInput)

    field_order = ["organization", "title", "slug"]

    def __init__(self, *args: Any, user: Any, is_final: bool = False, **kwargs: Any) -> None:
        """is_final: the last press; whether the address and the match are free then says who registers the project."""
        super().__init__(*args, **kwargs)
        self.is_final = is_final
        own = Organization.objects.editable_by(user)
        chooser = cast("forms.ModelChoiceField", self.fields["organization"])
        chooser.queryset = own
        if len(own[:2]) == 1:
            chooser.initial, chooser.empty_label = own[0].slug, None
        cast("forms.ModelChoiceField", self.fields["match"]).queryset = (
            Match.objects.all() if is_final else Match.objects.startable_by(user)
        )

    def clean_slug(self) -> str:
        """An address that is still free."""
        slug = self.cleaned_data["slug"].lower()
        if slug in RESERVED or (not self.is_final and Project.objects.filter(slug=slug).exists()):
            raise ValidationError(_("このアドレス名は使われています。ほかの名前にしてください。"))
        return slug


class UpdateForm(forms.Form):
    """活動報告."""

    title = OneLineFormField(label=_("見出し"), most=80, error_messages={"required": _("見出しを書いてください。")})
    body = long_text(_("内容"), 2000, error_messages={"required": _("内容を書いてください。")})
    happened_on = DayFormField(label=_("日付"), widget=date_input)
    submit_key = forms.UUIDField(
        widget=forms.HiddenInput, required=False, error_messages={"invalid": _("画面を開き直してください。")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("submit_key", uuid.uuid4())


class DecisionForm(forms.Form):
    """The secretariat's word on a wording."""

    decision = forms.ChoiceField(choices=[("publish", _("公開する")), ("return", _("差し戻す"))])
    note = CleanTextFormField(
        label=_("差し戻しの理由"), most=400, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("差し戻すときに書いてください。提出した人に届きます。"),
    )  # fmt: skip


class MethodForm(forms.Form):
    """Which 手法 the lessons are asked for, and from which match a project starts."""

    shows_need = False

    method = forms.ChoiceField(label=_("協働の手法"), choices=[("", CHOOSE), *Method.choices], required=False)
    match = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
