"""Compare the words of two groups statistically. Knows no Django.

Log-odds with an informative prior (Monroe, Colaresi & Quinn 2008, "Fightin' Words"): how much likelier a word is in one
group, with the words of both groups together as prior, divided by its standard error. The unit is the proposal, not the
single use, so that nobody's repetition makes a word distinctive.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

STRENGTH = 0.1  # how many proposals of the prior stand beside one that was counted
SIGNIFICANT = 1.96  # significance threshold of z (two-sided 5 %)


@dataclass(frozen=True)
class Contrast:
    """A word with its proposals in both groups, and how distinctive it is of the first (negative: of the second)."""

    word: int
    here: int
    there: int
    z: float


def log_odds(here: Mapping[int, int], there: Mapping[int, int], n_here: int, n_there: int) -> list[Contrast]:
    """Return a Contrast for every word of either group, most distinctive of the first group first.

    here, there: proposals that use a word; n_here, n_there: proposals in all.
    """
    total = n_here + n_there
    if not n_here or not n_there:
        return []
    found = []
    for word in here.keys() | there.keys():
        a, b = here.get(word, 0), there.get(word, 0)
        share = (a + b) / total
        prior_a, prior_b = STRENGTH * share * n_here + 0.5, STRENGTH * share * n_there + 0.5
        rest_a, rest_b = (
            n_here - a + STRENGTH * n_here * (1 - share) + 0.5,
            n_there - b + STRENGTH * n_there * (1 - share) + 0.5,
        )
        difference = math.log((a + prior_a) / rest_a) - math.log((b + prior_b) / rest_b)
        spread = math.sqrt(1 / (a + prior_a) + 1 / (b + prior_b))
        found.append(Contrast(word, a, b, difference / spread))
    return sorted(found, key=lambda c: (-c.z, -c.here, c.word))
