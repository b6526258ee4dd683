"""Compare two versions section by section: which were added, removed, changed, moved, and the words that differ."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from apps.core.markdown import plain_blocks
from apps.core.types import StrOrPromise
from apps.documents.comparison import Block, Passage, compare_blocks, compare_words, moved_keys
from apps.documents.models import Change, DocumentVersion, Section
from apps.documents.services.section_voices import SectionVoices, voices_by_section

SAME = "same"


@dataclass
class Pair:
    """One section in two versions; `kind` is one of `Change.Kind` or SAME."""

    before: Section | None
    after: Section | None
    kind: str = SAME
    is_moved: bool = False
    changes: list[Change] = field(default_factory=list)  # what the list of changes says about it, the oldest first
    voices: SectionVoices | None = None  # about the later section

    @property
    def section(self) -> Section:
        """Return the later section, or the former one where it was removed."""
        section = self.after or self.before
        if section is None:
            raise ValueError("a pair without sections")
        return section

    @property
    def key(self) -> str:
        """Return the key of both."""
        return self.section.key

    @property
    def is_same(self) -> bool:
        """Return whether neither words nor place changed."""
        return self.kind == SAME

    @property
    def has_other_words(self) -> bool:
        """Return whether there are words to compare."""
        return self.kind not in {SAME, Change.Kind.MOVED}

    @property
    def kind_words(self) -> StrOrPromise:
        """Return the kind in words, with the move where both happened."""
        if self.is_same:
            return _("変更なし")
        if self.is_moved and self.kind != Change.Kind.MOVED:
            return _("%(kind)s・移動") % {"kind": Change.Kind(self.kind).label}
        return Change.Kind(self.kind).label

    @property
    def is_renumbered(self) -> bool:
        """Return whether the number before its heading is another one."""
        return bool(self.before and self.after and self.before.number != self.after.number)

    @cached_property
    def heading(self) -> Passage:
        """Return the heading in runs."""
        return Passage("heading", compare_words(_heading(self.before), _heading(self.after)))

    @cached_property
    def passages(self) -> list[Passage]:
        """Return the body in passages."""
        return compare_blocks(_blocks(self.before), _blocks(self.after))


@dataclass
class Comparison:
    """Two versions of a document, the sections in the order of the later one."""

    before: DocumentVersion
    after: DocumentVersion
    pairs: list[Pair]
    is_explained: bool  # whether lists of changes lead from the one to the other

    @property
    def changed(self) -> list[Pair]:
        """Return the sections that differ."""
        return [pair for pair in self.pairs if not pair.is_same]

    @property
    def unchanged(self) -> list[Pair]:
        """Return the sections that are word by word the same, at their place."""
        return [pair for pair in self.pairs if pair.is_same]

    @property
    def counts(self) -> list[tuple[StrOrPromise, int]]:
        """Return how many sections of each kind: (kind in words, number), without zeros; 変更なし last."""
        kinds = [(kind.label, sum(pair.kind == kind for pair in self.pairs)) for kind in Change.Kind]
        return [(words, n) for words, n in [*kinds, (_("変更なし"), len(self.unchanged))] if n]


def pair_sections(before: Iterable[Section], after: Iterable[Section]) -> list[Pair]:
    """Return the sections of two versions in pairs by their key; removed ones stand after what stood before them."""
    old = {section.key: section for section in before}
    new = {section.key: section for section in after}
    moved = moved_keys(list(old), list(new))
    pairs = [_pair(old.get(key), section, key in moved) for key, section in new.items()]
    keys = list(old)
    for place, key in enumerate(keys):
        if key in new:
            continue
        former = keys[place - 1] if place else None
        at = next((n + 1 for n, pair in enumerate(pairs) if former and pair.key == former), 0)
        pairs.insert(at, Pair(old[key], None, Change.Kind.REMOVED))
    return pairs


def compare_versions(before: DocumentVersion, after: DocumentVersion) -> Comparison:
    """Return the comparison of two versions, with the reasons where lists of changes lead from one to the other."""
    pairs = pair_sections(before.sections.in_order(), after.sections.in_order())
    chain = versions_between(before, after)
    changes: dict[str, list[Change]] = {}
    for change in Change.objects.filter(version__in=chain or []).for_pages().order_by("version__dated_on", "pk"):
        changes.setdefault(change.key, []).append(change)
    voices = voices_by_section(after)
    for pair in pairs:
        pair.voices = voices.get(pair.after.pk) if pair.after else None
        pair.changes = changes.get(pair.key, [])
        if chain is not None and len(chain) == 1 and pair.changes and pair.has_other_words:
            pair.kind = pair.changes[0].kind  # 字句 is said by staff
    return Comparison(before, after, pairs, chain is not None)


def versions_between(before: DocumentVersion, after: DocumentVersion) -> list[DocumentVersion] | None:
    """Return the versions whose lists of changes lead from one to the other, by `base`; None where none do."""
    versions = {version.pk: version for version in DocumentVersion.objects.of_document(after.document.slug)}
    chain: list[DocumentVersion] = []
    at = versions.get(after.pk)
    while at is not None and at.pk != before.pk and at not in chain:
        chain.append(at)
        at = versions.get(at.base_id) if at.base_id else None
    return chain if at is not None and at.pk == before.pk else None


def _pair(before: Section | None, after: Section, has_moved: bool) -> Pair:
    """Return the pair of a section of the later version."""
    if before is None:
        return Pair(None, after, Change.Kind.ADDED)
    if (before.heading, before.body) != (after.heading, after.body):
        return Pair(before, after, Change.Kind.EDITED, has_moved)
    return Pair(before, after, Change.Kind.MOVED if has_moved else SAME, has_moved)


def _heading(section: Section | None) -> str:
    """Return the heading; empty without a section."""
    return section.heading if section else ""


def _blocks(section: Section | None) -> list[Block]:
    """Return the body as plain blocks; none without a section."""
    return [Block(kind, text) for kind, text in plain_blocks(section.body)] if section else []
