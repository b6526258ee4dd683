"""Propose topics (論点の候補) among the voices of a theme that staff have not grouped yet."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from apps.analysis.models import ProposalTerm, Term
from apps.analysis.services.question_words import question_words
from apps.analysis.services.scope import Scope
from apps.analysis.voice_groups import PART, PREDICATE, Word, propose
from apps.consultations.models import Proposal
from apps.consultations.models.answers.topic import GROUPED_AT_ONCE

MOST = 2000  # voices that are looked at, the newest


@dataclass(frozen=True)
class Candidate:
    """Voices that may be one topic, nearest to its middle first, and the words that they share."""

    words: tuple[str, ...]
    voices: list[Proposal]

    @property
    def title(self) -> str:
        """Return the words that name it, for staff to write a title from."""
        return "・".join(self.words[:2])

    @property
    def codes(self) -> str:
        """Return the numbers of its voices, as the form of a topic takes them: at most GROUPED_AT_ONCE."""
        return " ".join(voice.code for voice in self.voices[:GROUPED_AT_ONCE])


@dataclass(frozen=True)
class Candidates:
    """The candidates of a theme, the voices near none of them, and how many voices were looked at, of how many."""

    groups: list[Candidate]
    rest: list[Proposal]
    looked_at: int
    ungrouped: int


def candidates_of(scope: Scope) -> Candidates:
    """Return the candidates among the public voices of a theme that are in no topic."""
    rows = scope.proposals().filter(topic_items=None)
    newest: list[Proposal] = list(rows.order_by("-pk")[:MOST])
    voices = {voice.pk: voice for voice in newest}
    left_out = question_words(scope) | scope.left_out
    words = _words_of(voices, left_out)
    groups, rest = propose({pk: words.get(pk, []) for pk in sorted(voices)})
    found = [Candidate(group.words, [voices[pk] for pk in group.voices]) for group in groups]
    return Candidates(found, [voices[pk] for pk in rest], len(voices), rows.count())


def _words_of(ids: Iterable[int], left_out: set[str]) -> dict[int, list[Word]]:
    """Return proposal id → its words, and the words that its compounds are made of."""
    found: dict[int, list[Word]] = defaultdict(list)
    rows = ProposalTerm.objects.filter(proposal__in=list(ids)).values_list(
        "proposal_id", "term__text", "term__kind", "term__parts"
    )
    for pk, text, kind, parts in rows:
        weight = 1.0 if kind == Term.Kind.NOUN else PREDICATE
        found[pk] += [Word(text, weight)] if text not in left_out else []
        found[pk] += [Word(part, PART) for part in parts or () if part not in left_out]
    return found
