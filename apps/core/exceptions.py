"""The exception with which an action refuses, with a sentence for the person who tried it."""

from collections.abc import Sequence

from apps.core.types import StrOrPromise


class ActionRefused(Exception):
    """Raised by an action that is not allowed now.

    sentence: for the person, why and what to do (translatable); missing: what has to be completed first, in words.
    A view catches it where it can show the sentence beside the right field. Where none does,
    `core.middleware.ActionRefusedMiddleware` answers 409 with the sentence and a link back.
    """

    def __init__(self, sentence: StrOrPromise, missing: Sequence[StrOrPromise] | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.missing = missing or []
