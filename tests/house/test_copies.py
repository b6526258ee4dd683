"""Where words of residents may stand a second time is said beside the column: a model that leads to a text and says nothing
fails here."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from apps.consultations.models import Comment, Proposal
from apps.core.copies import copies_of
from apps.core.models import Searchable

# Words in their own right, with a page and a door for striking out of their own: the walk goes no further from here.
OWN_TEXTS = {"consultations.Comment", "council.Project", "council.Challenge", "council.Match"}
# Columns that hold no words of people, or words that are made anew from the text itself.
MACHINE = {
    "consultations.GuestKey": "a hash, the hash of a browser, a version",
    "consultations.GuestLike": "the hash of a browser",
    "consultations.RedactedWords": "sealed, for a day; gone with an erasure",
    "analysis.Reading": "forgotten or read anew within a minute of a change",
}
# The applicant's address has a time of its own; the city's names of a status and of a department.
OTHER_COLUMNS = {
    "consultations.TakedownRequest.email",
    "consultations.ReplyChange.status_name",
    "consultations.ReplyChange.department_name",
    "consultations.Approval.content_key",  # a hash
}
DERIVED = {field.name for field in Searchable._meta.get_fields()}


def typed_columns(model: type[models.Model]) -> list[str]:
    """Columns that hold words: texts without choices, lists of texts, and JSON."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField | ArrayField)
        and not field.choices
        and field.name not in DERIVED
    ]


def leading_to(text: type[models.Model]) -> Iterator[type[models.Model]]:
    """Every model that leads to a text by foreign keys, without those that own texts stand between."""
    seen, waiting = {text}, [text]
    while waiting:
        for relation in waiting.pop()._meta.related_objects:
            model: Any = relation.related_model
            if model not in seen and (relation.one_to_many or relation.one_to_one):
                seen.add(model)
                yield model
                if model._meta.label not in OWN_TEXTS:
                    waiting.append(model)


def test_every_model_that_leads_to_a_text_says_what_it_may_repeat() -> None:
    silent = []
    for model in {*leading_to(Proposal), *leading_to(Comment)} - {Proposal, Comment}:
        label, said = model._meta.label, {copied.column for copied in getattr(model, "copied_words", ())}
        if label in MACHINE or (said and label in OWN_TEXTS):
            continue
        silent += [f"{label}.{name}" for name in typed_columns(model) if name not in said]
    assert sorted(set(silent) - OTHER_COLUMNS) == []


def test_what_is_said_is_there_and_is_asked() -> None:
    told = {(model, copied.column) for model in apps.get_models() for copied in getattr(model, "copied_words", ())}
    assert all(column in typed_columns(model) for model, column in told)
    for text in (Proposal(pk=1, batch=None), Comment(pk=1, proposal=Proposal(pk=1))):
        assert {(rows.model, copied.column) for rows, copied in copies_of(text)} == told
