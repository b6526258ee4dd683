"""Who may see what stands in one table (`visibility/table.py`), and every queryset that answers it is in the table.

`script/mutate-visibility` breaks each of them in many ways, one after the other, and shows that the table notices.
"""

import pytest
from django.apps import apps

from tests.house.visibility import asking, table
from tests.house.visibility.world import MAKERS, World


def test_every_queryset_that_says_who_may_see_is_in_the_table() -> None:
    assert {label: names for label, (names, _lines) in table.read().items()} == asking.questions()


def test_the_table_has_every_state_that_a_row_may_be_in() -> None:
    for label, (_names, lines) in table.read().items():
        fields = {field.name: field for field in apps.get_model(label)._meta.get_fields()}
        states = [value for value, _name in getattr(fields.get("state"), "choices", None) or []]
        if label != "operations.Job":  # whose state says how far it is, not who may see it
            assert [state for state in states if not any(line.startswith(state) for line in lines)] == [], label


@pytest.mark.django_db
def test_everyone_sees_what_the_table_says_and_nothing_else() -> None:
    world = World()
    assert {label: set(rows) for label, rows in world.rows.items()} == {
        label: set(lines) for label, (_names, lines) in table.read().items()
    }
    assert set(MAKERS) == set(world.rows)
    assert list(asking.differences(world)) == []
