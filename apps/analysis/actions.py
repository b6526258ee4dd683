"""Read unread proposals in chunks (idempotent, resumable), and request analyses of large sets from a worker."""

import hashlib
import logging
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.analysis.compound_parts import parts_of
from apps.analysis.models import Due, ProposalTerm, Reading, Snapshot, Term, TextCorpus, lexicon
from apps.analysis.models.reading import PER_PROPOSAL, change_alone, read_with_others
from apps.analysis.services.background_analyses import DRAWING, Analysis
from apps.analysis.services.corpora import Source, sources_due
from apps.analysis.text import Lexicon, reader_for
from apps.consultations.models import ActionRefused, Proposal
from apps.core import rate_limit
from apps.core.concurrency import wait_for_turn
from apps.core.text import fold
from apps.operations.models import Job

log = logging.getLogger(__name__)
CHUNK = 40
MOST_CHANGED = 500
CUT_AT_ONCE = 500  # words
MAX_QUEUED = 20  # analyses that wait for a worker
MAX_REQUESTS, WINDOW = 60, 900  # rate limit of analyses per network, in seconds


def read_next(size: int = CHUNK, *, among: Sequence[int] | None = None) -> int:
    """Read the next unread proposals, or recount them where only synonyms or stop words changed. Return how many.

    among: compare the texts of these proposals alone with what was read of them; without, all texts.
    Words, counts and the mark that they are read commit in one transaction.
    """
    with transaction.atomic():
        read_with_others()
        rows = Reading.objects.take(size, among=among)
        if not rows:
            return 0
        dictionary = lexicon()
        anew = [row for row in rows if row.is_text_unread]
        for row in anew:
            _read(row, dictionary)
        ids = _term_ids(rows, dictionary)
        written = [term for row in rows for term in row.write_terms(ids, dictionary)]
        ProposalTerm.objects.filter(proposal__in=[row.proposal_id for row in rows]).delete()
        ProposalTerm.objects.bulk_create(written, batch_size=2000)
        Reading.objects.bulk_update(anew, ["digest", "recipe", "uses", "terms", "read_at", "failure"])
        Due.objects.for_readings(rows).delete()
    return len(rows)


def open_changed(since: datetime) -> list[int]:
    """Create readings for what was written or became public after this moment. Return the ids of all that changed, at most
    MOST_CHANGED: what more there is, after an import say, is for the sweep."""
    changed = list(
        Proposal.objects.changed_since(since).order_by("-updated_at", "-pk").values_list("pk", flat=True)[:MOST_CHANGED]
    )
    Reading.objects.open_missing(among=changed)
    return changed


def open_and_forget() -> int:
    """Create readings for new public proposals and delete those of proposals no longer public. Return how many were deleted."""
    Reading.objects.open_missing()
    return Reading.objects.forget_unpublic()


def forget_unused_words() -> int:
    """Delete the words that no text uses any more, so that erased or redacted text is not kept as a word. Return how many."""
    with transaction.atomic():
        change_alone()
        return Term.objects.unused().delete()[0]


def cut_compounds(size: int = CUT_AT_ONCE) -> int:
    """Note the parts of the next words that are not cut yet. Return how many words were cut."""
    with transaction.atomic():
        words = list(Term.objects.uncut().select_for_update(skip_locked=True).order_by("pk")[:size])
        for word in words:
            word.parts = parts_of(word.text) if word.kind == Term.Kind.NOUN else []
        Term.objects.bulk_update(words, ["parts"], batch_size=500)
    return len(words)


def strike_missing_words(within: timedelta) -> int:
    """Redact words in snapshots that no counted text holds any more. Return how many snapshots changed.

    within: only look at snapshots of which a text changed in this time.
    """
    return Snapshot.objects.strike_missing(changed_since=timezone.now() - within)


def _read(row: Reading, dictionary: Lexicon) -> None:
    """Read one text; a failure is stored with its reason and does not stop the others."""
    try:
        row.note(reader_for(dictionary.own_words).read(row.text))
    except Exception as error:  # whatever a text brings the tokenizer to, the other texts are read
        log.exception("proposal %s could not be read", row.proposal_id)
        row.note([], failure=f"{type(error).__name__}: {error}")


def _term_ids(rows: list[Reading], dictionary: Lexicon) -> dict[str, int]:
    """Return word → id for all words of these readings; creates new words and adds new written forms of known ones."""
    kinds: dict[str, str] = {}
    forms: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        text = row.text
        for term, kind, start, end in row.uses:
            word = dictionary.joins.get(term, term)
            kinds.setdefault(word, kind)
            forms[word].update({term, text[start:end][:60]})
    terms = [Term(text=text, kind=kinds[text]) for text in sorted(kinds)]
    Term.objects.bulk_create(terms, ignore_conflicts=True, batch_size=2000)
    found = {term.text: term for term in Term.objects.filter(text__in=kinds)}
    news = [(found[text].pk, sorted(new - set(found[text].forms))[:40]) for text, new in sorted(forms.items())]
    _add_forms([(pk, new) for pk, new in news if new and len(new) < 200])
    return {text: term.pk for text, term in found.items()}


def _add_forms(news: list[tuple[int, list[str]]]) -> None:
    """Add written forms to words, in the order of their ids, so that two processes cannot deadlock."""
    with connection.cursor() as cursor:
        for pk, new in sorted(news):
            cursor.execute(
                "UPDATE analysis_term SET forms = ARRAY(SELECT DISTINCT unnest(forms || %s::varchar[]) ORDER BY 1)"
                " WHERE id = %s AND cardinality(forms) < 60",
                [new, pk],
            )


def read_procedures(until: float) -> int:
    """Read what people wrote in procedures whose result is public, until this moment of the monotonic clock.

    Return how many texts were read. What is left is for the next run, which goes on from there.
    """
    read = 0
    for source, stamp in sources_due():
        while time.monotonic() < until and (n := _read_texts(source, stamp)):
            read += n
    return read


@transaction.atomic
def _read_texts(source: Source, stamp: str) -> int:
    """Read the next texts of a corpus; with the last one keep its words. Return how many were read."""
    read_with_others()
    corpus = TextCorpus.objects.take(*source.key)
    if corpus is None or corpus.stamp == stamp:
        return 0
    corpus.begin(stamp, source.title)
    texts, dictionary = source.batch(corpus.read_to), lexicon()
    for key, text in texts:
        corpus.read_to = key
        _count_text(corpus.found, text, dictionary)
    if not texts:
        corpus.finish()
    corpus.save()
    return len(texts)


def _count_text(found: dict[str, Any], text: str, dictionary: Lexicon) -> None:
    """Count the words of one text; of texts with the same words only the first."""
    found["texts"] += 1
    seen = hashlib.sha256("".join(fold(text).split()).encode()).hexdigest()[:16]
    if seen in found["seen"]:
        return
    found["seen"].append(seen)
    try:
        uses = reader_for(dictionary.own_words).read(text)
    except Exception as error:  # whatever a text brings the tokenizer to, the other texts are read
        log.warning("a text of a procedure could not be read: %s", type(error).__name__)
        return
    words = Counter((dictionary.joins.get(use.term, use.term), str(use.kind)) for use in uses)
    for (word, kind), n in words.items():
        if word not in dictionary.left_out:
            _kind, texts, total = found["words"].get(word, (kind, 0, 0))
            found["words"][word] = [_kind, texts + 1, total + min(n, PER_PROPOSAL)]


@transaction.atomic
def request_analysis(*, analysis: Analysis, url: str, network: str) -> Job:
    """Enqueue a large analysis for a worker and return the job; an open job for the same analysis is returned instead.

    url: its page; network: the client's IP address, for the rate limit. Raises ActionRefused when the queue is full or the
    limit is reached.
    """
    wait_for_turn(DRAWING)  # a lock, so that simultaneous requests are counted one after another
    jobs = Job.objects.filter(kind=DRAWING).open()
    busy = not jobs.filter(key=analysis.key).exists() and jobs.count() >= MAX_QUEUED
    if busy or not rate_limit.hit(f"drawing-from:{network}", most=MAX_REQUESTS, seconds=WINDOW):
        raise ActionRefused(_("いま多くの集計が順番を待っています。数分たってから、もう一度お試しください。"))
    job, _is_new = Job.objects.enqueue(
        kind=DRAWING,
        key=analysis.key,
        title=_("ことばの集計「%(title)s」") % {"title": analysis.scope.title[:150]},
        about=analysis.scope.subject,
        url=url,
        arguments={"where": analysis.scope.where, "kind": analysis.kind, "queries": analysis.queries},
    )
    return job
