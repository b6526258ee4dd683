"""The work of drawing a large analysis. Run by operations.Job; killed at any moment it is simply run again."""

from typing import Any

from django.db import OperationalError
from django.http import Http404
from django.utils.translation import gettext as _

from apps.analysis.analyses import QUESTIONS
from apps.analysis.background_analyses import DRAWING
from apps.analysis.forms import ChoiceForm
from apps.analysis.scope import scope_of
from apps.operations.models import Job, JobFailed


def run_drawing(job: Job) -> None:
    """Count and draw what was asked for, unless somebody did meanwhile; older work of this kind is forgotten."""
    asked = job.arguments
    try:
        scope = scope_of(**asked["where"])
    except Http404 as missing:
        raise JobFailed(_("このテーマは、いまは公開されていません。")) from missing
    analysis = QUESTIONS[asked["kind"]](scope, *(ChoiceForm.read(scope, query) for query in asked["queries"]))

    def tell(done: int, total: int, sentence: Any) -> None:
        job.advance(done=done, total=total, message=sentence)

    try:
        if analysis.current() is None:
            analysis.draw(tell)
    except OperationalError as error:
        raise JobFailed(
            _("時間内に数え終わりませんでした。少したってから、もう一度お試しください。")
            if asked["kind"] == "groups"  # a page without conditions
            else _("時間内に数え終わりませんでした。期間や収集経路などの条件で絞り込んで、もう一度お試しください。")
        ) from error
    Job.objects.of_kind(DRAWING).forget_ended()
