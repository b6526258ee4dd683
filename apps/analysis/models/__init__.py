"""Readings of proposals, the city's dictionary and snapshots."""

from apps.analysis.models.coding_rule import CodingRule
from apps.analysis.models.corpus import TextCorpus
from apps.analysis.models.dictionary import DictionaryVersion, StopWord, Synonym, ThemeStopWord, UserWord, lexicon
from apps.analysis.models.reading import Due, ProposalTerm, Reading, Term
from apps.analysis.models.snapshot import Snapshot

__all__ = [
    "CodingRule",
    "DictionaryVersion",
    "Due",
    "ProposalTerm",
    "Reading",
    "Snapshot",
    "StopWord",
    "Synonym",
    "Term",
    "TextCorpus",
    "ThemeStopWord",
    "UserWord",
    "lexicon",
]
