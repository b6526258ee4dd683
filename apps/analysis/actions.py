"""Reading what is unread: chunk by chunk, safe to be killed at any moment and to run twice."""

import logging
from collections import defaultdict
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.analysis.background_analyses import DRAWING, Analysis
from apps.analysis.models import Due, ProposalTerm, Reading, Snapshot, Term, lexicon
from apps.analysis.models.reading import change_alone, read_with_others
from apps.analysis.text import Lexicon, reader_for
from apps.consultations.models import ActionRefused
from apps.core import rate_limit
from apps.core.concurrency import wait_for_turn
from apps.operations.models import Job

log = logging.getLogger(__name__)
CHUNK = 40
MOST_WAITING = 20  # drawings that wait for a worker
MOST_ASKED, QUARTER = 60, 900  # drawings that one network may ask for in a quarter of an hour


def read_next(size: int = CHUNK) -> int:
    """Read the next unread proposals, or count them anew where only joins or left-out words changed; how many.

    Words, counts and the note that they are read are one transaction: a killed process leaves nothing half done.
    """
    with transaction.atomic():
        read_with_others()
        rows = Reading.objects.take(size)
        if not rows:
            return 0
        known = lexicon()
        anew = [row for row in rows if row.is_text_unread]
        for row in anew:
            _read(row, known)
        ids = _term_ids(rows, known)
        written = [term for row in rows for term in row.write_terms(ids, known)]
        ProposalTerm.objects.filter(proposal__in=[row.proposal_id for row in rows]).delete()
        ProposalTerm.objects.bulk_create(written, batch_size=2000)
        Reading.objects.bulk_update(anew, ["digest", "recipe", "uses", "terms", "read_at", "failure"])
        Due.objects.of(rows).delete()
    return len(rows)


def open_and_forget() -> int:
    """Rows for new public proposals, none for those that are public no longer; how many of these there were."""
    Reading.objects.open_missing()
    return Reading.objects.forget_unpublic()


def forget_unused_words() -> int:
    """Remove the words that stand in no text any more: what was erased or struck out is not kept as a word either. How many
    words there were."""
    with transaction.atomic():
        change_alone()
        return Term.objects.unused().delete()[0]


def strike_missing_words(within: timedelta) -> int:
    """Strike words out of snapshots that stand in no counted text any more, where one changed within this time; how many
    snapshots there were."""
    return Snapshot.objects.strike_missing(changed_since=timezone.now() - within)


def _read(row: Reading, known: Lexicon) -> None:
    """Read one text; one that cannot be read is noted with its reason and does not stop the others."""
    try:
        row.note(reader_for(known.own_words).read(row.text))
    except Exception as error:  # whatever a text brings the tokenizer to, the other texts are read
        log.exception("proposal %s could not be read", row.proposal_id)
        row.note([], failure=f"{type(error).__name__}: {error}")


def _term_ids(rows: list[Reading], known: Lexicon) -> dict[str, int]:
    """The id of every word that these readings show; new words are made, and new ways of writing known ones noted."""
    kinds: dict[str, str] = {}
    forms: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        text = row.text
        for term, kind, start, end in row.uses:
            shown = known.joins.get(term, term)
            kinds.setdefault(shown, kind)
            forms[shown].update({term, text[start:end][:60]})
    made = [Term(text=text, kind=kinds[text]) for text in sorted(kinds)]
    Term.objects.bulk_create(made, ignore_conflicts=True, batch_size=2000)
    found = {term.text: term for term in Term.objects.filter(text__in=kinds)}
    news = [(found[text].pk, sorted(new - set(found[text].forms))[:40]) for text, new in sorted(forms.items())]
    _add_forms([(pk, new) for pk, new in news if new and len(new) < 200])
    return {text: term.pk for text, term in found.items()}


def _add_forms(news: list[tuple[int, list[str]]]) -> None:
    """Note new ways of writing, in the order of the words' ids, so that two processes never wait for each other."""
    with connection.cursor() as cursor:
        for pk, new in sorted(news):
            cursor.execute(
                "UPDATE analysis_term SET forms = ARRAY(SELECT DISTINCT unnest(forms || %s::varchar[]) ORDER BY 1)"
                " WHERE id = %s AND cardinality(forms) < 60",
                [new, pk],
            )


@transaction.atomic
def ask_to_draw(*, analysis: Analysis, address: str, network: str) -> Job:
    """Have a worker draw a large analysis; while it is being drawn already, that work is meant.

    address: its page; network: where the question comes from, so that nobody fills the queue alone.
    """
    wait_for_turn(DRAWING)  # so that those who ask at once are counted one after another
    jobs = Job.objects.of_kind(DRAWING).open()
    busy = not jobs.keyed(analysis.key).exists() and jobs.count() >= MOST_WAITING
    if busy or not rate_limit.hit(f"drawing-from:{network}", most=MOST_ASKED, seconds=QUARTER):
        raise ActionRefused(_("いま多くの集計が順番を待っています。数分たってから、もう一度お試しください。"))
    job, _is_new = Job.objects.enqueue(
        kind=DRAWING,
        key=analysis.key,
        title=_("ことばの集計「%(title)s」") % {"title": analysis.scope.title[:150]},
        about=analysis.scope.subject,
        url=address,
        arguments={"where": analysis.scope.where, "kind": analysis.kind, "queries": analysis.queries},
    )
    return job
