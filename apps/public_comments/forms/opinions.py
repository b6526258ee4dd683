"""The form of an opinion: several sections in one sending, and what the ordinance asks of the sender."""

from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.admin_dates import DayField
from apps.core.formfields import CleanTextFormField, OneLineFormField
from apps.core.generic import ModelChoiceField
from apps.core.honeypot import HoneypotMixin, MinimumTimeMixin
from apps.core.query_forms import QueryForm
from apps.core.submission import SubmitKeyMixin
from apps.public_comments.actions import PartText, SenderFacts
from apps.public_comments.models import Case, Channel, Eligibility, Opinion
from apps.public_comments.models.opinion import BODY_MOST

PARTS_MOST = 20


class StartForm(QueryForm):
    """Query string of the form's page: the section that it begins with."""

    section = forms.SlugField(required=False, max_length=60)


class OpinionForm(SubmitKeyMixin):
    """Base of the forms of an opinion. `parts`: how many pairs of section and words the page shows."""

    is_group = forms.ChoiceField(
        label=gettext_lazy("個人・団体"),
        choices=[("", gettext_lazy("個人")), ("group", gettext_lazy("法人・団体"))],
        required=False,
        widget=forms.RadioSelect,
        initial="",
    )
    eligibility = ModelChoiceField[Eligibility](
        label=gettext_lazy("市との関わり"),
        queryset=None,
        empty_label=None,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("意見を提出できる方にあたるかを確かめるためにうかがいます。"),
    )
    detail = OneLineFormField(label=gettext_lazy("関わりの内容"), most=200, required=False)
    name = OneLineFormField(
        label=gettext_lazy("氏名（法人・団体はその名称）"),
        most=80,
        error_messages={"required": gettext_lazy("氏名、または法人・団体の名称を書いてください。")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    representative = OneLineFormField(
        label=gettext_lazy("代表者の氏名"),
        most=80,
        required=False,
        help_text=gettext_lazy("法人・団体のときに書きます。"),
    )
    address = OneLineFormField(
        label=gettext_lazy("住所（法人・団体は所在地）"),
        most=200,
        error_messages={"required": gettext_lazy("住所、または所在地を書いてください。")},
        widget=forms.TextInput(attrs={"autocomplete": "address-line1"}),
    )
    contact = OneLineFormField(
        label=gettext_lazy("連絡先（電話番号やメールアドレス）"),
        most=120,
        required=False,
        help_text=gettext_lazy("意見の内容を確かめたいときにだけ使います。"),
    )
    parts = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=PARTS_MOST)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        self.sections = {section.key: section for section in case.version.sections.in_order()}
        offered = cast("ModelChoiceField[Eligibility]", self.fields["eligibility"])
        offered.queryset = case.eligible.all()
        labels = [one.detail_label for one in offered.queryset if one.detail_label]
        self.fields["detail"].help_text = _("あてはまる方だけ書いてください：%(what)s") % {"what": "／".join(labels)}
        if not labels:
            del self.fields["detail"]
        self.count = _count(self.data.get("parts") if self.is_bound else self.initial.get("parts"))
        self.initial["parts"] = self.count
        choices = [("", _("案の全体")), *((key, str(section)) for key, section in self.sections.items())]
        for number in range(self.count):
            self.fields[f"section_{number}"] = forms.ChoiceField(
                label=_("どこへの意見か"), choices=choices, required=False
            )
            self.fields[f"body_{number}"] = CleanTextFormField(
                label=_("意見"), most=BODY_MOST, required=self.count == 1, widget=forms.Textarea(attrs={"rows": 7}),
                error_messages={"required": _("意見を書いてください。")},
                help_text=_("4,000文字まで書けます。短い文でもかまいません。") if number == 0 else "",
            )  # fmt: skip
        # As they stand on the page, so that errors are listed in that order.
        self.order_fields([f"{name}_{number}" for number in range(self.count) for name in ("section", "body")])

    @property
    def part_fields(self) -> list[tuple[BoundField, BoundField]]:
        """Return section and words of each part that the page shows."""
        return [(self[f"section_{number}"], self[f"body_{number}"]) for number in range(self.count)]

    @property
    def may_grow(self) -> bool:
        """Return whether another part may be added."""
        return self.count < PARTS_MOST

    def clean(self) -> dict[str, Any]:
        """Require words, what the chosen category asks for, and a group's representative."""
        data = super().clean() or self.cleaned_data
        if not self.errors.keys() & {f"body_{number}" for number in range(self.count)} and not self.part_texts:
            self.add_error("body_0", _("意見を書いてください。"))
        chosen = data.get("eligibility")
        if chosen and chosen.detail_label and not data.get("detail"):
            self.add_error("detail", _("「%(what)s」を書いてください。") % {"what": chosen.detail_label})
        if data.get("is_group") and not data.get("representative"):
            self.add_error("representative", _("法人・団体のときは、代表者の氏名を書いてください。"))
        return data

    @property
    def part_texts(self) -> list[PartText]:
        """Return the parts that hold words, with their sections."""
        data = self.cleaned_data
        return [
            PartText(self.sections.get(data.get(f"section_{number}") or ""), data[f"body_{number}"])
            for number in range(self.count)
            if data.get(f"body_{number}")
        ]

    @property
    def sender(self) -> SenderFacts:
        """Return what was said of the sender."""
        names = ("name", "address", "representative", "contact", "detail")
        return SenderFacts(**{name: self.cleaned_data.get(name) or "" for name in names})

    @property
    def said(self) -> dict[str, Any]:
        """Return the arguments of the verbs, whichever door the opinion came by."""
        return {
            "parts": self.part_texts,
            "sender": self.sender,
            "eligibility": self.cleaned_data["eligibility"],
            "is_group": bool(self.cleaned_data["is_group"]),
        }


class WebOpinionForm(MinimumTimeMixin, HoneypotMixin, OpinionForm):
    """An opinion on the web, with or without an account."""

    consent = forms.BooleanField(
        label=gettext_lazy("募集のページを読み、氏名と住所の扱いを確かめました"),
        error_messages={"required": gettext_lazy("確かめて、チェックを入れてください。")},
    )
    wants_news = forms.BooleanField(
        label=gettext_lazy("結果が公表されたら、このアカウントのお知らせで知りたい"),
        required=False,
        help_text=gettext_lazy("チェックを入れたときだけ、この意見とアカウントを結び付けて保存します。"),
    )

    def __init__(self, *args: Any, has_account: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_account:
            del self.fields["wants_news"]

    @property
    def is_to_be_told(self) -> bool:
        """Return whether the account is to be told of the result."""
        return bool(self.cleaned_data.get("wants_news"))


class CorrectionForm(WebOpinionForm):
    """The same form for an opinion that was sent: another wording within the period."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["consent"]


class PaperOpinionForm(OpinionForm):
    """An opinion that came by post, FAX, mail or at the counter, as staff type it in."""

    channel = forms.ChoiceField(
        label=gettext_lazy("提出の方法"),
        choices=[(value, label) for value, label in Channel.choices if value != Channel.WEB],
        widget=forms.RadioSelect,
    )
    received_on = DayField(
        label=gettext_lazy("受け付けた日"),
        help_text=gettext_lazy("届いた日。案件の締切が消印有効のときは、郵便の消印の日。"),
    )

    field_order = ["channel", "received_on", "is_group", "eligibility", "detail", "name", "representative", "address"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("received_on", timezone.localdate())


def grown(data: QueryDict) -> dict[str, Any]:
    """Return what was typed as the initial values of a form with one part more."""
    return {**data.dict(), "parts": _count(data.get("parts")) + 1}


def values_of(opinion: Opinion) -> dict[str, Any]:
    """Return an opinion that was sent as the initial values of a form."""
    values: dict[str, Any] = {"is_group": "group" if opinion.is_group else "", "eligibility": opinion.eligibility_id}
    values["parts"] = len(opinion.current_parts)
    sender = getattr(opinion, "sender", None)
    for name in ("name", "address", "representative", "contact", "detail"):
        values[name] = getattr(sender, name, "")
    for number, part in enumerate(opinion.current_parts):
        values[f"section_{number}"] = part.section.key if part.section else ""
        values[f"body_{number}"] = part.body
    return values


def _count(typed: object) -> int:
    """Return a number of parts between one and the most."""
    text = str(typed or "")
    return min(max(int(text), 1), PARTS_MOST) if text.isascii() and text.isdecimal() and len(text) < 4 else 1
