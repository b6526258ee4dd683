"""Refusals that speak: an act that is not allowed now, in a sentence for the person who tried it."""

from typing import Any


class ActionRefused(Exception):
    """An act that is not allowed now; its sentence says why and what to do, `missing` names each thing in words.

    A page catches it where it can put the sentence beside the right field. Where none does, the middleware answers
    with the sentence and the way back (`core.middleware.ActionRefusedMiddleware`).
    """

    def __init__(self, sentence: Any, missing: list[Any] | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.missing = missing or []
