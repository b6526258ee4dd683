"""Forms of challenges, offers and their matches."""

import uuid
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Department, Role, User
from apps.consultations.models import Proposal
from apps.core import text
from apps.core.formfields import CleanTextFormField, DayFormField, ReturnedFormField, TagsFormField, WordsFormField
from apps.core.generic import ModelForm
from apps.core.query_forms import QueryForm
from apps.core.submission import SubmitKeyMixin
from apps.council.forms.editing import CHOOSE, LONG_TEXT, SHORT_TEXT, TAGS_MAX, date_input
from apps.council.models import Challenge, Offer, Organization
from apps.vision.models import Field

TITLE_MAX = 80


class CallForm(ModelForm[Any]):
    """What a challenge and an offer have in common. Lengths are the model's; nothing is saved here."""

    tags = TagsFormField(label=_("タグ"), most=TAGS_MAX, required=False, help_text=_("例：見守り、AI（8つまで）"))
    submit_key = forms.UUIDField(widget=forms.HiddenInput, error_messages={"invalid": _("画面を開き直してください。")})

    field_order = [
        "department",
        "proposal",
        "organization",
        "title",
        "body",
        "conditions",
        "fields",
        "tags",
        "closes_on",
    ]

    class Meta:
        fields = ["title", "body", "conditions", "fields", "closes_on"]
        field_classes = {"closes_on": DayFormField}
        widgets = {
            "body": LONG_TEXT, "conditions": SHORT_TEXT, "fields": forms.CheckboxSelectMultiple, "closes_on": date_input,
        }  # fmt: skip
        help_texts = {
            "conditions": _("場所、時期、費用など、決まっていることがあれば。"),
            "closes_on": _("空欄のときは、期限なしになります。"),
        }
        error_messages = {
            "title": {"required": _("題名を書いてください。")},
            "body": {"required": _("内容を書いてください。")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("submit_key", uuid.uuid4())
        cast("forms.ModelMultipleChoiceField[Field]", self.fields["fields"]).to_field_name = "slug"

    def clean_closes_on(self) -> date | None:
        """Refuse a last day that is over."""
        day: date | None = self.cleaned_data["closes_on"]
        if day and day < timezone.localdate():
            raise ValidationError(_("募集の終わりは今日以後の日にしてください。"))
        return day


class ChallengeForm(CallForm):
    """課題: of one's department, or from an own public proposal."""

    department: Any = forms.ModelChoiceField(
        label=_("市の担当課"),
        queryset=Department.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=CHOOSE,
    )
    proposal: Any = forms.ModelChoiceField(
        label=_("もとになる自分の意見"),
        queryset=Proposal.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=CHOOSE,
        error_messages={"required": _("もとになるご自分の意見を選んでください。")},
    )

    class Meta(CallForm.Meta):
        model = Challenge

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Department.objects.offered_to(None if user.has_role(Role.SECRETARIAT) else user.department_ids())
        cast("forms.ModelChoiceField[Department]", self.fields["department"]).queryset = own
        cast(
            "forms.ModelChoiceField[Proposal]", self.fields["proposal"]
        ).queryset = Proposal.objects.public().by_author(user)
        if not (user.has_role(Role.SECRETARIAT) or user.department_ids()):
            del self.fields["department"]
            self.fields["proposal"].required = True

    @property
    def has_origin(self) -> bool:
        """Return whether there is anything to start from: a department, or an own public proposal."""
        return "department" in self.fields or cast("Any", self.fields["proposal"]).queryset.exists()

    def clean(self) -> dict[str, object]:
        """Refuse a challenge with neither department nor proposal."""
        data = super().clean() or self.cleaned_data
        if not data.get("department") and not data.get("proposal") and not self.errors:
            raise ValidationError(_("もとになるもの（市の担当課、またはご自分の意見）を選んでください。"))
        return data


class OfferForm(CallForm):
    """提案: what one's organization can bring."""

    organization: Any = forms.ModelChoiceField(
        label=_("団体"), queryset=Organization.objects.none(), to_field_name="slug", empty_label=CHOOSE,
        error_messages={"required": _("団体を選んでください。")},
    )  # fmt: skip

    class Meta(CallForm.Meta):
        model = Offer

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Organization.objects.editable_by(user)
        chooser = cast("forms.ModelChoiceField[Organization]", self.fields["organization"])
        chooser.queryset = own
        if len(own[:2]) == 1:
            chooser.initial, chooser.empty_label = own[0].slug, None


class AnswerForm(OfferForm):
    """An offer that is made to a challenge: its title and fields are filled in from there."""

    def __init__(self, *args: Any, challenge: Challenge, **kwargs: Any) -> None:
        title = str(_("「%(title)s」への提案")) % {"title": challenge.title}
        initial = {
            "title": "".join(text.clusters(title)[:TITLE_MAX]),
            "fields": [field.slug for field in challenge.fields.all()],
        }
        super().__init__(*args, initial=initial, **kwargs)


class DeclineForm(forms.Form):
    """Why a match is declined."""

    reason = CleanTextFormField(
        label=_("断る理由"), most=400, widget=SHORT_TEXT, help_text=_("相手と事務局が読みます。公開はされません。"),
        error_messages={"required": _("断る理由を書いてください。")},
    )  # fmt: skip


class MessageForm(SubmitKeyMixin):
    """A message within a match."""

    body = CleanTextFormField(
        label=_("伝えること"), most=1000, widget=LONG_TEXT,
        error_messages={"required": _("伝えることを書いてください。")},
    )  # fmt: skip


class MessagesForm(QueryForm):
    """Query string of the messages of a match: the cursor."""

    cursor = ReturnedFormField(required=False, max_length=400)


class CallFilterForm(QueryForm):
    """The filter of a list of challenges or offers: words, field of the vision, cursor."""

    q = WordsFormField(label=_("ことばで探す"), required=False, max_length=100)
    field: Any = forms.ModelChoiceField(
        label=_("分野"), queryset=Field.objects.all(), to_field_name="slug", required=False, empty_label=_("すべて")
    )
    cursor = ReturnedFormField(required=False, max_length=400)


class PairForm(forms.Form):
    """A challenge and an offer to be matched."""

    challenge: Any = forms.ModelChoiceField(queryset=Challenge.objects.open())
    offer: Any = forms.ModelChoiceField(queryset=Offer.objects.open())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in (("challenge", Challenge), ("offer", Offer)):
            cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = model.objects.open()
