"""Preview the effect of a dictionary change on the word cloud, before it is saved."""

from collections import Counter
from dataclasses import dataclass

from apps.analysis.models.dictionary import Entry, Synonym, ThemeStopWord, UserWord, lexicon
from apps.analysis.models.reading import Reading, Term
from apps.analysis.services.counting import count_joined
from apps.analysis.text import Reader
from apps.consultations.models import Proposal

SAMPLE = 60  # number of texts that are read without and with a word


@dataclass(frozen=True)
class Change:
    """A word of the cloud with its number of proposals before and after."""

    word: str
    before: int
    after: int


@dataclass(frozen=True)
class Effect:
    """The effect of a change: number of texts to reread, changed words, and how the entry is segmented."""

    touched: int
    changes: list[Change]
    sample: int = 0
    split_before: str = ""
    split_after: str = ""


def effect_of(entry: Entry, *, removing: bool = False) -> Effect:
    """Return the effect of saving (or removing) this entry on the words of all public proposals."""
    if isinstance(entry, UserWord):
        return _of_own_word(entry, removing=removing)
    if isinstance(entry, ThemeStopWord):
        return Effect(0, _of_theme(entry, removing=removing))
    touched = entry.touched().in_public().count()
    if isinstance(entry, Synonym):
        return Effect(touched, _of_join(entry, touched, removing=removing))
    uses = _proposals_of(entry.key)
    before, after = (0, touched) if removing else (uses, 0)
    return Effect(touched, [Change(entry.key, before, after)] if before or after else [])


def _proposals_of(*words: str) -> int:
    """Return how many public proposals use one of these words."""
    return count_joined(Proposal.objects.public(), Term.objects.numbers_of(words).values())


def _of_theme(entry: ThemeStopWord, *, removing: bool) -> list[Change]:
    """Return how many voices of the theme use the word: so many are shown with it before, or after a removal."""
    rows = Proposal.objects.public().in_consultation(entry.consultation)
    uses = count_joined(rows, Term.objects.numbers_of([entry.word]).values())
    return [Change(entry.word, 0, uses) if removing else Change(entry.word, uses, 0)] if uses else []


def _of_join(entry: Synonym, touched: int, *, removing: bool) -> list[Change]:
    if entry.search_only:
        return []
    written, shown = _proposals_of(entry.written), _proposals_of(entry.shown)
    if removing:
        others = [word for word in Synonym.objects.spellings_of(entry.shown) if word != entry.written]
        rest = Reading.objects.that_use([entry.shown, *others]).in_public().count()
        return [Change(entry.written, written, touched), Change(entry.shown, shown, rest)]
    return [Change(entry.written, written, 0), Change(entry.shown, shown, _proposals_of(entry.written, entry.shown))]


def _of_own_word(entry: UserWord, *, removing: bool) -> Effect:
    """Read the newest SAMPLE texts with these characters without and with the word, and return the difference."""
    dictionary = lexicon()
    without = tuple(pair for pair in dictionary.own_words if pair[0] != entry.word)
    readers = [Reader(without), Reader((*without, (entry.word, entry.kind)))]
    if removing:
        readers.reverse()
    texts = Proposal.objects.public().search(entry.word).newest()[:SAMPLE]
    counts = [Counter[str](), Counter[str]()]
    for proposal in texts:
        for count, reader in zip(counts, readers, strict=True):
            terms = {
                dictionary.joins.get(use.term, use.term) for use in reader.read(f"{proposal.title}\n{proposal.body}")
            }
            count.update(terms - dictionary.left_out)
    changes = [Change(w, counts[0][w], counts[1][w]) for w in counts[0] | counts[1] if counts[0][w] != counts[1][w]]
    before, after = ("・".join(use.term for use in reader.read(entry.word)) for reader in readers)
    return Effect(
        touched=entry.touched().in_public().count(),
        changes=sorted(changes, key=lambda c: (-abs(c.after - c.before), c.word))[:20],
        sample=len(texts),
        split_before=before,
        split_after=after,
    )
