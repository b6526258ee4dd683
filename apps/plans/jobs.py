"""Background job that builds the yearly report, run by operations.Job. Idempotent: a killed job is run again."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.operations.models import Job
from apps.plans.report import make_report
from apps.plans.report.build import STEPS


def run_report(job: Job) -> None:
    """Build the edition that a job asks for. Safe to run again: it is stored in one transaction at the end."""
    year = int(job.arguments["year"])
    by = User.objects.present().filter(pk=job.requested_by_id).first()
    job.advance(done=0, total=STEPS, message=_("シートを集めています"))
    with transaction.atomic():
        report = make_report(year=year, by=by, progress=lambda step, words: job.advance(done=step, message=str(words)))
        sentence = _("%(report)sを作成しました。内容を確かめて公表してください。") % {"report": report}
        if report.missing:
            characters = "、".join(one["code"] for one in report.missing[:10])
            sentence += _("字体にない文字を〓にしました：%(letters)s") % {"letters": characters}
        if report.lost:
            characters = "、".join(one["code"] for one in report.lost[:10])
            sentence += _("Shift_JISにない文字を、CSV（Shift_JIS）では〓にしました：%(letters)s") % {
                "letters": characters
            }
        job.advance(message=sentence)
