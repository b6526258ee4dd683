"""Background job of large analyses, run by operations.Job. Idempotent: a killed job is run again."""

from django.db import OperationalError
from django.http import Http404
from django.utils.translation import gettext as _

from apps.analysis.forms import WordFilterForm
from apps.analysis.services.analyses import ANALYSES
from apps.analysis.services.background_analyses import DRAWING
from apps.analysis.services.scope import scope_of
from apps.core.types import StrOrPromise
from apps.operations.models import Job, JobFailed


def run_drawing(job: Job) -> None:
    """Compute the requested analysis unless it is cached already, then delete older finished jobs of this kind."""
    arguments = job.arguments
    try:
        scope = scope_of(**arguments["where"])
    except Http404 as missing:
        raise JobFailed(_("このテーマは、いまは公開されていません。")) from missing
    analysis = ANALYSES[arguments["kind"]](
        scope, *(WordFilterForm.read(scope, query) for query in arguments["queries"])
    )

    def progress(done: int, total: int, sentence: StrOrPromise) -> None:
        job.advance(done=done, total=total, message=sentence)

    try:
        if analysis.current() is None:
            analysis.draw(progress)
    except OperationalError as error:
        raise JobFailed(
            _("時間内に数え終わりませんでした。少したってから、もう一度お試しください。")
            if arguments["kind"] == "groups"  # a page without conditions
            else _("時間内に数え終わりませんでした。期間や収集経路などの条件で絞り込んで、もう一度お試しください。")
        ) from error
    Job.objects.filter(kind=DRAWING).forget_ended()
