"""What a case still lacks before it may be announced."""

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.public_comments.models import Case


def missing_for_announcement(case: Case) -> list[str]:
    """Return what is missing, in sentences; an empty list when the case may be announced."""
    asked = [
        (case.version.is_published, _("意見を求める案が公表されていません。公開文書の版を公表してください。")),
        (case.summary, _("趣旨・目的・背景を書いてください。")),
        (case.eligible.exists(), _("意見を提出できる人を選んでください。")),
        (case.send_to, _("郵送・FAX・メール・窓口の提出先を書いてください。")),
        (case.places, _("案を閲覧できる場所を書いてください。")),
        (case.result_due_on, _("結果を公表する予定日を入れてください。")),
        (case.delete_senders_on, _("氏名と住所を消す日を入れてください。")),
        (case.opens_on >= timezone.localdate(), _("募集の初日が過ぎています。今日以後の日にしてください。")),
    ]
    return [sentence for is_there, sentence in asked if not is_there]
