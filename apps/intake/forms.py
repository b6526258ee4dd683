"""Forms of staff for entering lists (付箋), uploading import files, withdrawing batches and choosing exports."""

import uuid
from datetime import date
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.consultations.models import Channel, Consultation, Question
from apps.consultations.models.batch import BY_HAND, EVENT_MAX, GROUP_MAX, TAKE_BACK_MAX
from apps.consultations.models.proposal import BODY_MAX
from apps.core import text
from apps.core.form_errors import unwanted_message
from apps.core.formfields import CleanTextFormField, DayFormField, ListFormField, OneLineFormField
from apps.core.spreadsheet.record import MOST_BYTES
from apps.intake.actions import Line

MOST_LINES = 200
HAND_CHANNELS = [(channel.value, channel.label) for channel in BY_HAND]


DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def past_day(value: date | None) -> None:
    """Validate that a date is not in the future."""
    if value and value > timezone.localdate():
        raise forms.ValidationError(_("今日までの日付を入れてください。"))


class BatchForm(forms.Form):
    """Sticky notes (付箋) of one event: a line is a proposal; a line that begins with # names the group of those below."""

    question: "forms.ModelChoiceField[Question]" = forms.ModelChoiceField(
        label=gettext_lazy("問い"),
        queryset=None,
        empty_label=None,
        error_messages={"required": gettext_lazy("問いを選んでください。")},
    )
    event_name = OneLineFormField(
        label=gettext_lazy("行事名"),
        most=EVENT_MAX,
        error_messages={"required": gettext_lazy("行事名を入れてください。")},
        help_text=gettext_lazy("例：公園ワークショップ（第2回）、市役所1階の意見箱。意見のページに表示されます。"),
    )
    held_on = DayFormField(label=gettext_lazy("集めた日"), widget=DAY, validators=[past_day])
    channel = forms.ChoiceField(label=gettext_lazy("収集経路"), choices=HAND_CHANNELS, widget=forms.RadioSelect)
    group = OneLineFormField(
        label=gettext_lazy("テーブル・グループ"),
        most=GROUP_MAX,
        required=False,
        help_text=gettext_lazy(
            "全部が同じグループのとき。分かれているときは、下の欄に「# テーブル1」のような行を入れてください。"
        ),
    )
    lines = ListFormField(
        label=gettext_lazy("意見（1行に1件）"),
        error_messages={"required": gettext_lazy("意見を1件以上入力してください。")},
        widget=forms.Textarea(attrs={"rows": 16, "cols": 80}),
        help_text=gettext_lazy(
            "200件まで。1行が1件の意見になります。「#」で始まる行は、その下の意見のテーブル名・グループ名になります。"
            "名前や連絡先など、個人がわかることは入力しないでください。"
        ),
    )
    submit_key = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"invalid": gettext_lazy("画面を開き直してください。")}
    )

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        questions = consultation.questions.all()
        field = cast("forms.ModelChoiceField[Question]", self.fields["question"])
        field.queryset = questions
        self.initial.setdefault("question", questions.first())
        self.initial.setdefault("held_on", timezone.localdate())
        self.initial.setdefault("channel", Channel.WORKSHOP)
        self.initial.setdefault("submit_key", uuid.uuid4())

    def clean(self) -> dict[str, Any]:
        """Parse the lines into `cleaned_data["found"]` (list of Line); errors name the number of the line."""
        data = super().clean() or self.cleaned_data
        if "lines" in data and "group" in data:
            reader = LineReader(data["group"])
            found = reader.read(data["lines"])
            for problem in reader.problems:
                self.add_error("lines", problem)
            data["found"] = found
        return data


class LineReader:
    """Parse a pasted list into lines with their groups; `problems` holds the errors."""

    def __init__(self, group: str = "") -> None:
        self.group, self.found, self.problems = group, list[Line](), list[forms.ValidationError]()

    def read(self, pasted: str) -> list[Line]:
        """Return the lines of the list, without headings and blank lines."""
        for number, raw in enumerate(text.with_unix_lines(pasted).split("\n"), start=1):
            self._line(number, raw)
        if not self.found and not self.problems:
            self.problems.append(forms.ValidationError(_("意見を1件以上入力してください。")))
        if len(self.found) > MOST_LINES:
            over = {"most": MOST_LINES, "n": len(self.found)}
            sentence = _("一度に入力できるのは%(most)d件までです（%(n)d件あります）。分けてください。") % over
            self.problems.append(forms.ValidationError(sentence))
        return self.found

    def _line(self, number: int, raw: str) -> None:
        try:
            words = text.clean(raw.replace("\t", " "))
        except text.UnwantedCharacter as error:
            self._problem(number, unwanted_message(error.place), code="unwanted")
            return
        if words.startswith(("#", "＃")):
            self._new_group(number, words.lstrip("#＃").strip(" \u3000"))
        elif text.count_characters(words) > BODY_MAX:
            self._problem(number, _("%(most)s文字より長い意見です。") % {"most": f"{BODY_MAX:,}"})
        elif words:
            self.found.append(Line(number, words, self.group))

    def _new_group(self, number: int, name: str) -> None:
        if text.count_characters(name) > GROUP_MAX:
            self._problem(number, _("テーブル・グループの名前は%(most)d文字までにしてください。") % {"most": GROUP_MAX})
        self.group = name[:GROUP_MAX]

    def _problem(self, number: int, reason: str, *, code: str = "line") -> None:
        sentence = _("%(number)d行目：%(reason)s") % {"number": number, "reason": reason}
        self.problems.append(forms.ValidationError(sentence, code=code))


class ImportForm(forms.Form):
    """An import file, and the values for rows that lack them."""

    file = forms.FileField(
        label=gettext_lazy("ファイル"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
        help_text=gettext_lazy("CSV（UTF-8 または Shift_JIS）か Excel（.xlsx）。1行目は列の名前です。50MBまで。"),
        error_messages={"empty": gettext_lazy("ファイルが空です。")},
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("収集経路"),
        choices=Channel.choices,
        help_text=gettext_lazy("「収集経路」の列がないとき、すべての行がこの経路になります。"),
    )
    likes_on = DayFormField(
        label=gettext_lazy("イイネ！の数の時点"),
        widget=DAY,
        required=False,
        validators=[past_day],
        help_text=gettext_lazy(
            "イイネ！の数があり、「イイネ時点」の列がないときに入れてください。数とともに表示されます。"
        ),
    )
    use_names = forms.BooleanField(
        label=gettext_lazy("「名前」「氏名」「投稿者」などの列を、表示名として公開する"),
        required=False,
        help_text=gettext_lazy(
            "印を付けないとき、表示名になるのは「表示名」「ニックネーム」の列だけで、名前の列は使いません（匿名になります）。"
            "名前を公開してよいと、書いた人みんなから聞いているときだけ、付けてください。"
        ),
    )
    submit_key = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"invalid": gettext_lazy("画面を開き直してください。")}
    )

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("channel", Channel.LEGACY if consultation.is_legacy else Channel.PAPER)
        self.initial.setdefault("submit_key", uuid.uuid4())

    def clean_file(self) -> "UploadedFile[bytes]":
        """Validate size and ending; the content is checked by the job."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("ファイルが大きすぎます（50MBまで）。分けてください。"))
        if not (file.name or "").lower().endswith((".csv", ".xlsx", ".txt")):
            raise forms.ValidationError(_("CSV か Excel（.xlsx）のファイルを選んでください。"))
        return file


class WithdrawBatchForm(forms.Form):
    """Why a batch is withdrawn: stored with the batch and in the audit trail, never public."""

    reason = CleanTextFormField(
        label=gettext_lazy("取り消す理由"),
        most=TAKE_BACK_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "例：別のテーマの付箋を入力した。職員だけが見ます。個人がわかることは書かないでください。"
        ),
        error_messages={"required": gettext_lazy("取り消す理由を書いてください。")},
    )


class ExportForm(forms.Form):
    """Which export of a consultation to make."""

    FILES = [
        ("staff-xlsx", gettext_lazy("職員用の一覧（Excel。項目の説明付き）")),
        ("staff-csv", gettext_lazy("職員用の一覧（CSV・UTF-8）")),
        ("staff-cp932", gettext_lazy("職員用の一覧（CSV・Shift_JIS。表せない文字は「〓」になります）")),
        ("public-xlsx", gettext_lazy("公開用の一覧（Excel。属性を含みません）")),
        ("public-csv", gettext_lazy("公開用の一覧（CSV・UTF-8。属性を含みません）")),
        ("exchange-xlsx", gettext_lazy("交換用（Excel。直して、取り込み直せます）")),
        ("exchange-csv", gettext_lazy("交換用（CSV・UTF-8。直して、取り込み直せます）")),
    ]
    file = forms.ChoiceField(
        label=gettext_lazy("ファイルの種類"), choices=FILES, widget=forms.RadioSelect, initial="staff-xlsx"
    )

    @property
    def kind(self) -> str:
        """Return the key of EXPORTS: which columns and rows."""
        return str(self.cleaned_data["file"]).partition("-")[0]

    @property
    def form(self) -> str:
        """Return the file format: csv is sent at once, xlsx and cp932 are written by a job."""
        return str(self.cleaned_data["file"]).partition("-")[2]


class ImportDecisionForm(forms.Form):
    """What staff decide after the check: about unreadable rows, doubted rows, and proposals that would change."""

    LEAVE, TAKE = "leave", "take"
    ASKED = {
        "update": (
            gettext_lazy("更新される意見"),
            gettext_lazy("今の内容をファイルの内容に更新する（取り消すと、今の内容に戻ります）"),
            gettext_lazy("更新しない（今の内容のままにする）"),
        ),
        "odd": (
            gettext_lazy("お確かめいただく行"),
            gettext_lazy("そのまま取り込む"),
            gettext_lazy("取り込まない"),
        ),
        "same": (
            gettext_lazy("同じ文の意見がすでにある行"),
            gettext_lazy("別の人の意見として追加する"),
            gettext_lazy("取り込まない"),
        ),
    }
    skip_bad = forms.BooleanField(required=False)

    def __init__(self, *args: Any, result: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bad = result.get("bad", 0)
        doubted = result.get("doubted", {})
        for name, n in (
            ("update", result.get("updated", 0)),
            ("odd", doubted.get("odd")),
            ("same", doubted.get("same")),
        ):
            if n:
                label, take, leave = self.ASKED[name]
                self.fields[name] = forms.ChoiceField(
                    label=_("%(label)s（%(n)d件）") % {"label": label, "n": n},
                    choices=[(self.TAKE, take), (self.LEAVE, leave)],
                    widget=forms.RadioSelect,
                    error_messages={"required": _("「%(label)s」をどうするか、選んでください。") % {"label": label}},
                )

    def clean_skip_bad(self) -> bool:
        """Refuse an import with unreadable rows unless skipping them was requested."""
        skip_bad: bool = self.cleaned_data["skip_bad"]
        if self.bad and not skip_bad:
            raise forms.ValidationError(_("読めない行があるため、取り込んでいません。"))
        return skip_bad

    @property
    def asked(self) -> list[BoundField]:
        """Return the bound fields that the file needs a decision about."""
        return [self[name] for name in self.ASKED if name in self.fields]

    @property
    def taken(self) -> list[str]:
        """Return the names of the decisions to import: a subset of "update", "odd" and "same"."""
        return [name for name in self.ASKED if self.cleaned_data.get(name) == self.TAKE]
