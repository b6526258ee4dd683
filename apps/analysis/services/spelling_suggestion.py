"""Suggest a known word for one that no text holds (もしかして): one letter other, too many, missing, or two changed about."""

from apps.analysis.models import Term
from apps.consultations.models import Proposal

SHORTEST, LONGEST = 3, 12  # letters; of shorter words nearly everything is a neighbour
WITHOUT_WILDCARDS = str.maketrans("", "", "\\%_")


def nearest_word(written: str) -> str:
    """Return the word of public voices that is nearest in spelling, the most used first; empty if there is none."""
    plain = written.translate(WITHOUT_WILDCARDS)
    if not SHORTEST <= len(plain) <= LONGEST:
        return ""
    return Term.objects.spelled_like(_patterns(plain)).most_used_in(Proposal.objects.public(), but=written)


def _patterns(plain: str) -> list[str]:
    """Return SQL patterns of all words that one slip of the pen makes of this one, which holds no wildcard."""
    places = range(len(plain))
    other = [plain[:at] + "_" + plain[at + 1 :] for at in places]
    more = [plain[:at] + "_" + plain[at:] for at in range(len(plain) + 1)]
    fewer = [plain[:at] + plain[at + 1 :] for at in places if len(plain) > SHORTEST]
    swapped = [plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :] for at in places[:-1]]
    return [*other, *more, *fewer, *swapped]
