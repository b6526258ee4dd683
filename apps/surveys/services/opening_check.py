"""What a survey still lacks before it may be opened, and hints on its wording."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.surveys.models import Survey, SurveyQuestion
from apps.surveys.wording import hints_of

Kind = SurveyQuestion.Kind
HINTS = {
    "double": gettext_lazy("一つの問いで二つのことを聞いているかもしれません"),
    "leading": gettext_lazy("答えを誘うことばがあるかもしれません"),
    "negative": gettext_lazy("否定が重なっていて、読み違えられるかもしれません"),
    "absolute": gettext_lazy("強いことば（いつも・必ず など）で、答えにくいかもしれません"),
    "long": gettext_lazy("問いの文が長く、読みにくいかもしれません"),
    "dont-know": gettext_lazy("「わからない」「どちらともいえない」などの選択肢がありません"),
}
CHOSEN = {Kind.ONE, Kind.SEVERAL, Kind.MATRIX, Kind.RANKING}


def missing_for_opening(survey: Survey) -> list[str]:
    """Return what is missing, in sentences; an empty list when the survey may be opened."""
    questions = survey.load_questions()
    draw = survey.find_draw()
    asked = [
        (
            draw is None or draw.delete_on > draw.enter_until,
            _("抽選の氏名と連絡先を消す日を、申込みの最終日より後にしてください。"),
        ),
        (survey.purpose, _("目的を書いてください。")),
        (survey.privacy, _("個人情報の扱いを書いてください。")),
        (survey.thanks, _("お礼のことばを書いてください。")),
        (questions, _("問いを作ってください。")),
        (survey.opens_on >= timezone.localdate(), _("回答の初日が過ぎています。今日以後の日にしてください。")),
        (
            not survey.is_sample or survey.marks.exists(),
            _("手紙の回答コードがありません。「回答コードを作る」で作ってください。"),
        ),
        (
            not survey.is_sample or survey.population,
            _("対象の人数を入れてください。無作為抽出の標本誤差の計算に使います。"),
        ),
    ]
    missing = [sentence for is_there, sentence in asked if not is_there]
    pages = sorted({question.page for question in questions})
    if pages != list(range(1, len(pages) + 1)):
        missing.append(_("ページの番号が続いていません：%(pages)s") % {"pages": "、".join(map(str, pages))})
    return missing + [sentence for question in questions for sentence in _missing_of(question)]


def _missing_of(question: SurveyQuestion) -> list[str]:
    """Return what a question lacks, in sentences."""
    name, choices = {"number": question.number}, question.choices
    most_chosen = question.kind == Kind.SEVERAL and max(question.least or 0, question.most or 0)
    asked = [
        (question.kind not in CHOSEN or len(choices) > 1, _("問%(number)dの選択肢を二つ以上書いてください。")),
        (question.kind != Kind.MATRIX or question.rows, _("問%(number)dの項目（行）を書いてください。")),
        (
            not most_chosen or most_chosen <= len(choices),
            _("問%(number)dの選ぶ個数が、選択肢の数より多くなっています。"),
        ),
    ]
    return [sentence % name for is_there, sentence in asked if not is_there]


def wording_hints(survey: Survey) -> list[str]:
    """Return hints on the wording of the questions, in sentences; they stop nothing."""
    return [
        _("問%(number)d：%(hint)s") % {"number": question.number, "hint": HINTS[key]}
        for question in survey.load_questions()
        for key in hints_of(
            question.text, [choice.text for choice in question.choices], offers_steps=question.kind not in CHOSEN
        )
    ]
