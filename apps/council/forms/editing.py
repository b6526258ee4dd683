"""Forms in which a member of the council edits the organization's page and its projects, and the decision form."""

import uuid
from collections.abc import Sequence
from typing import Any, TypedDict, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.consultations.models import ActionRefused
from apps.core.formfields import CleanTextFormField, DayFormField, OneLineFormField, TagsFormField
from apps.core.generic import ModelForm
from apps.core.types import StrOrPromise
from apps.council.forms.partners import DepartmentsFormField, PartnersFormField
from apps.council.models import Domain, Match, Method, Organization, Part, Project, ProjectUpdate, Stage
from apps.council.models.revision_content import (
    COLUMNS,
    DATES,
    ORDER,
    SINCE_LATER,
    Content,
    display_value,
    partners_to_type,
    plain,
)
from apps.vision.models import Field, Viewpoint

TAGS_MAX = 8
LINKS_MAX = 10
RESERVED = {"answering", "new"}
OUTSIDE = "E"
CHOOSE = _("選んでください")
UNDECIDED = ("", _("決まっていない"))
DOMAIN_E = _("E 行政の責任と主体性によって独自に行う領域")
is_web_url = URLValidator(schemes=["http", "https"])
date_input = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
SHORT_TEXT, LONG_TEXT = (forms.Textarea(attrs={"rows": rows}) for rows in (3, 6))


class HandedIn(TypedDict):
    """What every action that submits a revision takes beside the content."""

    note: str
    submit_key: uuid.UUID
    base: int


class HandInForm(forms.Form):
    """Fields of every submitted revision: its note, the submit key (idempotent) and the optimistic lock (`base`)."""

    note = OneLineFormField(
        label=_("変更の説明"), most=200, required=False, help_text=_("事務局が確かめるときの手がかりになります。")
    )
    submit_key = forms.UUIDField(widget=forms.HiddenInput, error_messages={"invalid": _("画面を開き直してください。")})
    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("submit_key", uuid.uuid4())

    def rebase_on(self, number: int) -> None:
        """Make what was typed a change of revision `number`, with a new submit key, for the next submission."""
        data: Any = cast("Any", self.data).copy()
        data["base"], data["submit_key"] = number, uuid.uuid4()
        self.data = data

    @property
    def handed_in(self) -> HandedIn:
        """Return note, submit_key and base: the action's arguments beside the content."""
        typed = self.cleaned_data
        return {"note": typed["note"], "submit_key": typed["submit_key"], "base": typed["base"] or 0}


class OrganizationEditForm(HandInForm, ModelForm[Organization]):
    """The texts of an organization's public page. Rules and lengths are the model's; nothing is saved here."""

    website = forms.URLField(label=_("ウェブサイト"), max_length=300, required=False, assume_scheme="https")

    field_order = ["body", "contact", "website", "note"]

    class Meta:
        model = Organization
        fields = ["body", "contact", "website"]
        widgets = {"body": LONG_TEXT}
        help_texts = {
            "body": _("どのような団体で、何が得意かを書いてください。"),
            "contact": _(
                "公開する窓口だけを書きます（代表電話、問い合わせ先など）。個人の連絡先は書かないでください。"
            ),
        }

    @property
    def content(self) -> dict[str, object]:
        """Return the values that a revision stores."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class ProjectEditForm(HandInForm, ModelForm[Project]):
    """A project of one's organization. Rules, lengths and sentences are the model's; nothing is saved here.

    Viewpoints, tags and links are typed in another form than they are stored in.
    """

    viewpoint: Any = forms.ModelChoiceField(
        label=_("主な視点"), queryset=Viewpoint.objects.all(), to_field_name="slug", empty_label=CHOOSE,
        error_messages={"required": _("主な視点を選んでください。")},
    )  # fmt: skip
    other_viewpoints: Any = forms.ModelMultipleChoiceField(
        label=_("ほかに関わる視点（【再掲】）"), queryset=Viewpoint.objects.all(), to_field_name="slug", required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    tags = TagsFormField(label=_("タグ"), most=TAGS_MAX, required=False, help_text=_("例：見守り、AI（8つまで）"))
    partners = PartnersFormField(
        label=_("実施団体"), most=3000, required=False, widget=SHORT_TEXT,
        help_text=_("1行に一つ、「代表 団体名」「共同実施 団体名／役割の説明」のように書いてください。"),
    )  # fmt: skip
    departments = DepartmentsFormField(
        label=_("市の担当課"), most=300, required=False, widget=forms.TextInput,
        help_text=_("課の名前で書いてください。いくつもあるときは「、」で区切り、主な課を先頭にします。"),
    )  # fmt: skip
    links = CleanTextFormField(
        label=_("関連リンク"), most=3000, required=False, widget=SHORT_TEXT,
        help_text=_("1行に一つ、「名称 アドレス」の順に書いてください。例：紹介ページ https://example.jp/"),
    )  # fmt: skip

    field_order = ["title", "summary", "body", "viewpoint", "other_viewpoints", *ORDER]

    class Meta:
        model = Project
        fields = [*COLUMNS, "fields"]
        field_classes = dict.fromkeys(DATES, DayFormField)
        widgets = {
            "summary": SHORT_TEXT, "body": LONG_TEXT, "result": LONG_TEXT, "lesson": LONG_TEXT,
            "method_reason": SHORT_TEXT, "selection_reason": SHORT_TEXT, "fields": forms.CheckboxSelectMultiple,
            "latitude": forms.NumberInput(attrs={"min": -90, "max": 90}),
            "longitude": forms.NumberInput(attrs={"min": -180, "max": 180}),
            **dict.fromkeys(DATES, date_input),
        }  # fmt: skip
        help_texts = {
            "summary": _("一覧に表示されます。何のために何をするかを書いてください。"),
            "stage_since": _("段階を変えたら、この日付も直してください。直さないときは今日になります。"),
            "result": _("終了にするときに必要です。公開されます。"),
            "lesson": _(
                "終了にするときに必要です。うまくいったこと、いかなかったことを次にどう生かすかを書いてください。公開されます。"
            ),
        }
        error_messages = {
            "title": {"required": _("名称を書いてください。")},
            "summary": {"required": _("概要を書いてください。")},
        }

    def __init__(self, *args: Any, project: Project | None = None, **kwargs: Any) -> None:
        """Set up the form. project: the one that is edited, which may still lack what closing needs."""
        super().__init__(*args, **kwargs)
        self.project = project
        cast("forms.ModelMultipleChoiceField[Field]", self.fields["fields"]).to_field_name = "slug"
        stages = [choice for choice in Stage.choices if choice[0] != Stage.UNKNOWN]
        if self.initial.get("stage") != Stage.UNKNOWN:  # only what a source left open may stay open
            self._offer("stage", stages)
        self._offer("method", [UNDECIDED, *Method.choices])
        self._offer("domain", [UNDECIDED, *Domain.choices, (OUTSIDE, DOMAIN_E)])

    def _offer(self, name: str, choices: Sequence[tuple[str, StrOrPromise]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    def clean_domain(self) -> str:
        """Refuse domain E: the city's own task lies outside of working together, the registration stops here."""
        domain: str = self.cleaned_data["domain"]
        if domain == OUTSIDE:
            raise ValidationError(
                _("領域Eは行政が独自に行うもの（各種公共事業、許認可、行政処分など）で、協働の対象ではありません。"
                  "取組として登録できるのは領域A〜Dです。")
            )  # fmt: skip
        return domain

    def clean_partners(self) -> list[list[str]]:
        """Refuse a change that leaves a project without a leading organization that has one."""
        partners: list[list[str]] = self.cleaned_data["partners"]
        had_lead = self.project is not None and bool(self.project.leaders)
        if "partners" in self.data and had_lead and not any(part == Part.LEAD for _slug, part, _note in partners):
            raise ValidationError(_("代表する団体を一つは残してください。"))
        return partners

    def clean_links(self) -> list[list[str]]:
        """Return title and URL of each line."""
        lines = [line.split() for line in self.cleaned_data["links"].split("\n") if line.strip()]
        if len(lines) > LINKS_MAX:
            raise ValidationError(_("関連リンクは10件までにしてください。"))
        return [_link(number, words) for number, words in enumerate(lines, 1)]

    def clean(self) -> dict[str, object]:
        """Date the stage; the rules between fields are the model's constraints, which run after this."""
        data = super().clean() or self.cleaned_data
        self._date_the_stage(data)
        if self.project and data.get("stage") == Stage.CLOSED:
            try:
                self.project.require_reviews(Stage.CLOSED, domain=data.get("domain"))
            except ActionRefused as refused:
                self.add_error("stage", refused.sentence)
        return data

    def _date_the_stage(self, data: Content) -> None:
        """Let a new stage begin today unless its day was typed too: the unchanged day is the old stage's."""
        known = plain(data.get("stage_since")) == (self.initial.get("stage_since") or None)
        if known and data.get("stage") not in (None, Stage.UNKNOWN, self.initial.get("stage")):
            data["stage_since"] = timezone.localdate()

    @property
    def content(self) -> dict[str, object]:
        """Return the values that a revision stores."""
        typed = self.cleaned_data
        home, others = typed["viewpoint"], typed["other_viewpoints"]
        return {
            **{name: plain(typed[name]) for name in (*COLUMNS, "tags", "links")},
            "viewpoints": [home.slug, *(viewpoint.slug for viewpoint in others if viewpoint != home)],
            "fields": [field.slug for field in typed["fields"]],
            **{name: typed[name] for name in SINCE_LATER if name in self.data},
        }

    @classmethod
    def initial_of(cls, content: Content) -> dict[str, object]:
        """Return the initial values of the form for a revision's content."""
        first, *others = [*content["viewpoints"], ""] if not content["viewpoints"] else content["viewpoints"]
        return {
            **content,
            "viewpoint": first,
            "other_viewpoints": others,
            "tags": "、".join(content["tags"]),
            "links": "\n".join(" ".join(pair) for pair in content["links"]),
            "partners": partners_to_type(content["partners"]),
            "departments": display_value("departments", content["departments"]),
        }


def _link(number: int, words: list[str]) -> list[str]:
    """Return title and URL of one line of links; a ValidationError names the line."""
    try:
        is_web_url(words[-1])
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

    field_order = ["organization", "title", "slug", *ProjectEditForm.field_order]

    def __init__(self, *args: Any, user: User, is_final: bool = False, **kwargs: Any) -> None:
        """Set up the form. is_final: on the last step the action says whether slug and match are free, in one transaction."""
        super().__init__(*args, **kwargs)
        self.is_final = is_final
        own = Organization.objects.editable_by(user)
        chooser = cast("forms.ModelChoiceField[Organization]", self.fields["organization"])
        chooser.queryset = own
        if len(own[:2]) == 1:
            chooser.initial, chooser.empty_label = own[0].slug, None
        cast("forms.ModelChoiceField[Match]", self.fields["match"]).queryset = (
            Match.objects.all() if is_final else Match.objects.startable_by(user)
        )

    @property
    def content(self) -> dict[str, object]:
        """Return the values that a revision stores; the chosen organization leads, whatever else is typed."""
        content = super().content
        lead: Organization = self.cleaned_data["organization"]
        others = [partner for partner in self.cleaned_data["partners"] if partner[0] != lead.slug]
        return {
            **content,
            "partners": [[lead.slug, Part.LEAD.value, ""], *others],
            "departments": self.cleaned_data["departments"],
        }

    def clean_slug(self) -> str:
        """Refuse a slug that is reserved or taken."""
        slug: str = self.cleaned_data["slug"].lower()
        if slug in RESERVED or (not self.is_final and Project.objects.filter(slug=slug).exists()):
            raise ValidationError(_("このアドレス名は使われています。ほかの名前にしてください。"))
        return slug


class UpdateForm(ModelForm[ProjectUpdate]):
    """活動報告: an update of a project, dated. Lengths are the model's; nothing is saved here."""

    happened_on = DayFormField(label=_("日付"), widget=date_input)
    submit_key = forms.UUIDField(
        widget=forms.HiddenInput, required=False, error_messages={"invalid": _("画面を開き直してください。")}
    )

    class Meta:
        model = ProjectUpdate
        fields = ["title", "body"]
        widgets = {"body": LONG_TEXT}
        error_messages = {
            "title": {"required": _("見出しを書いてください。")},
            "body": {"required": _("内容を書いてください。")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("submit_key", uuid.uuid4())


class DecisionForm(forms.Form):
    """The secretariat's decision on a revision, a challenge or an offer: publish, or return with a reason."""

    decision = forms.ChoiceField(choices=[("publish", _("公開する")), ("return", _("差し戻す"))])
    note = CleanTextFormField(
        label=_("差し戻しの理由"), most=400, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("差し戻すときに書いてください。提出した人に届きます。"),
    )  # fmt: skip


class MethodForm(forms.Form):
    """Query string of a new project: the 手法 whose lessons are shown, the match that it starts from."""

    shows_need = False

    method = forms.ChoiceField(label=_("協働の手法"), choices=[("", CHOOSE), *Method.choices], required=False)
    match = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
