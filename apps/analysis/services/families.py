"""Families of words: compounds with a word that they share (医療分野, 遠隔医療), so that subjects are seen, not fragments."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from apps.analysis.models import Term
from apps.analysis.services.counting import WordCount, count_families
from apps.consultations.models.proposal_queryset import ProposalQuerySet


@dataclass(frozen=True)
class Family:
    """A word that others hold as a part. `head` counts the proposals that use it or any of them, each once."""

    head: WordCount
    members: tuple[WordCount, ...]  # most used first; the head by itself is one if it is used by itself


def families_of(proposals: ProposalQuerySet, words: Iterable[WordCount], *, but: Collection[str] = ()) -> list[Family]:
    """Return the families of these words, and every other word as a family of its own without members, most used first.

    words: all of them counted over the proposals; but: words that head no family. A compound with two shared parts belongs
    to both families.
    """
    counted = list(words)
    by_head = {head: members for head, members in _shared(counted).items() if head.text not in but}
    sizes = count_families(proposals, _with_rare_ones(by_head))
    families = [
        Family(_sized(head, members, *sizes[head.term_id]), tuple(members))
        for head, members in by_head.items()
        if head.term_id in sizes
    ]
    within = {member.term_id for members in by_head.values() for member in members}
    families += [Family(word, ()) for word in counted if word.term_id not in within]
    return sorted(families, key=lambda family: (-family.head.proposals, -family.head.uses, family.head.text))


def _with_rare_ones(by_head: dict[WordCount, list[WordCount]]) -> set[tuple[int, int]]:
    """Return (head, word) with all compounds that hold a head, so that its number is that of the page it leads to."""
    number = {head.text: head.term_id for head in by_head}
    holding = Term.objects.holding_parts(number)
    pairs = {(number[part], term) for term, parts in holding for part in parts if part in number}
    return pairs | {(head, head) for head in number.values()}


def _sized(head: WordCount, members: list[WordCount], proposals: int, people: int) -> WordCount:
    return replace(head, uses=sum(member.uses for member in members), proposals=proposals, people=people)


def _shared(words: list[WordCount]) -> dict[WordCount, list[WordCount]]:
    """Return head → members: parts that two of the words share. A part that only stands within another family's is none."""
    nouns = {word.text: word for word in words if word.kind == Term.Kind.NOUN}
    parts = Term.objects.parts_by_id(word.term_id for word in nouns.values())
    members: dict[str, list[WordCount]] = defaultdict(list)
    for word in nouns.values():
        for part in (word.text, *parts.get(word.term_id, ())):
            members[part].append(word)
    shared = {part: rows for part, rows in members.items() if len(rows) > 1}
    unused = Term.objects.filter(text__in=[part for part in shared if part not in nouns])
    known = nouns | {term.text: WordCount(term.pk, term.text, term.kind, 0, 0, 0) for term in unused}
    inner = {word.text: parts.get(word.term_id, []) for word in nouns.values()}
    heads = [part for part in shared if part in known and not any(one in shared for one in inner.get(part, ()))]
    ids = {head: frozenset(word.term_id for word in shared[head]) for head in heads}
    return {known[head]: shared[head] for head in heads if not _is_covered(head, ids)}


def _is_covered(head: str, ids: dict[str, frozenset[int]]) -> bool:
    """Return True if all members of a family are members of a larger one too (遠隔 beside 医療), or of one as large."""
    mine, rank = ids[head], (len(head), head)
    return any(mine < other or (mine == other and rank < (len(name), name)) for name, other in ids.items())
