"""Forms of appeals and takedown requests, and the query string of the moderation statistics."""

import re
from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.consultations.forms.proposals import CleanTextFormField
from apps.consultations.models import Comment, Proposal, TakedownRequest
from apps.consultations.models.moderation.decision import APPEAL_MAX
from apps.core.date_formats import fiscal_label
from apps.core.formfields import EmailFormField, OneLineFormField
from apps.core.honeypot import HoneypotMixin, MinimumTimeMixin
from apps.core.submission import SubmitKeyMixin
from apps.core.text import DASH, fold

CODE = re.compile(f"c[0-9]{{2}}{DASH}[0-9]{{1,8}}", re.ASCII)
COMMENT = re.compile(f"(?:comments?[{DASH}/]|{CODE.pattern}{DASH})([0-9]{{1,15}})", re.ASCII)


class AppealForm(forms.Form):
    """Appeal (異議の申立て): why the city should decide again."""

    words = CleanTextFormField(
        label=gettext_lazy("申立ての内容"),
        most=APPEAL_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("判断のどこが違うと思うか、書いてください。申立ては1回できます。公開はされません。"),
        error_messages={"required": gettext_lazy("申立ての内容を書いてください。")},
    )


class TakedownForm(SubmitKeyMixin, MinimumTimeMixin, HoneypotMixin):
    """Takedown request (削除・訂正の申出): the text, the reason, and an e-mail address for the answer if wanted."""

    address = OneLineFormField(
        label=gettext_lazy("対象の投稿のアドレスか番号"),
        most=500,
        help_text=gettext_lazy("例：C26-0142（投稿のページに表示されている番号）"),
        error_messages={
            "required": gettext_lazy("対象の投稿のアドレスか番号を書いてください。"),
        },
    )
    wish = forms.ChoiceField(
        label=gettext_lazy("申出の種類"),
        choices=TakedownRequest.Wish.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("申出の種類を選んでください。")},
    )
    reason = CleanTextFormField(
        label=gettext_lazy("理由"),
        most=1000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("投稿のどの部分が、だれの、どのような権利や個人情報に関わるかを書いてください。"),
        error_messages={"required": gettext_lazy("理由を書いてください。")},
    )
    email = EmailFormField(
        label=gettext_lazy("連絡先メールアドレス"),
        required=False,
        help_text=gettext_lazy("書いていただくと、市の判断をお知らせします。回答から30日で消去します。"),
    )

    def clean_address(self) -> str:
        """Find the text that is meant and keep it as `text`. Only what everyone can see can be named."""
        typed: str = self.cleaned_data["address"]
        text = self._find(typed)
        if text is None:
            raise forms.ValidationError(
                _(
                    "公開中の投稿が見つかりませんでした。投稿のページに表示されている番号（例：C26-0142）を確かめてください。"
                )
            )
        self.text = text
        return typed

    def _find(self, typed: str) -> Proposal | Comment | None:
        folded = fold(typed)
        code = CODE.search(folded)
        proposal = Proposal.objects.public().get_by_code_or_none(code[0]) if code else None
        comment = COMMENT.search(folded)
        if proposal is None or comment is None:
            return proposal
        return Comment.objects.public().for_proposal(proposal).filter(pk=int(comment[1])).first()


class FiguresForm(forms.Form):
    """Query string of the moderation statistics: the fiscal year."""

    shows_need = False

    year = forms.TypedChoiceField(label=gettext_lazy("年度"), required=False, coerce=int, empty_value=None)

    def __init__(self, data: QueryDict, *, years: list[int]) -> None:
        super().__init__(data)
        cast("forms.ChoiceField", self.fields["year"]).choices = [(year, fiscal_label(year)) for year in years]
        self.newest = years[0]

    @property
    def selected_year(self) -> int:
        """Return the year of the query string, else the newest."""
        return self.cleaned_data.get("year") or self.newest if self.is_valid() else self.newest
