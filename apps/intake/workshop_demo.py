"""A workshop of the demonstration: its sticky notes are entered through the same action as staff use."""

import uuid
from datetime import date
from typing import Any

from apps.consultations.models import Channel, Question
from apps.intake import actions


def enter_workshop(
    *, question: Question, event_name: str, held_on: date, tables: dict[str, list[str]], by: Any
) -> None:
    """A member of staff types what stood on the tables of a workshop, through the same verb as the desk."""
    pairs = [(group, words) for group, lines in tables.items() for words in lines]
    lines = [actions.Line(number, words, group) for number, (group, words) in enumerate(pairs, start=1)]
    actions.enter_batch(
        question=question,
        channel=Channel.WORKSHOP,
        event_name=event_name,
        held_on=held_on,
        lines=lines,
        by=by,
        submit_key=uuid.uuid4(),
    )
