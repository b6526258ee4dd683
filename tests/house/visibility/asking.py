"""What the querysets answer, as the tables say it."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings

from tests.house.visibility import table
from tests.house.visibility.world import World

SEEING = ("public", "visible_to", "visible_on", "readable_by")


def questions() -> dict[str, list[str]]:
    """The models of the house that answer who may see what, and the names of those questions."""
    found = {}
    for model in apps.get_models():
        if model._meta.app_config.name in settings.OUR_APPS:
            querysets = [manager.get_queryset() for manager in model._meta.managers]
            names = [name for name in SEEING if any(hasattr(rows, name) for rows in querysets)]
            if names:
                found[model._meta.label] = names
    return found


def everyone(label: str, world: World) -> list[str]:
    """Whom a table may name: the people of the world, or the two sides of a check sheet, or neither of them."""
    return (
        ["side-A", "side-B", "neither"] if label in ("council.CheckAnswer", "council.CheckNote") else list(world.people)
    )


def ask(label: str, name: str, row_name: str, person: str, world: World) -> bool:
    """Whether a queryset shows a row to a person; `public` shows it to everybody."""
    row = world.rows[label][row_name]
    rows = getattr(apps.get_model(label)._default_manager.all(), name)
    elsewhere = world.asked_elsewhere.get((label, row_name))
    if label in ("council.CheckAnswer", "council.CheckNote"):
        sheet = elsewhere or row.side.sheet
        shown = rows(sheet) if name == "public" else rows(sheet, person.removeprefix("side-"))
    elif name == "public":
        shown = rows()
    elif name == "visible_on":
        shown = rows(elsewhere or row.project, world.people[person])
    else:
        shown = rows(world.people[person])
    return shown.filter(pk=row.pk).exists()


def expected(label: str, name: str, line: tuple[str, str], world: World) -> list[str]:
    """Who sees a row, as its line says."""
    public, people = line
    if name == "public":
        return ["everyone"] if public == "yes" else []
    named = {"everyone": everyone(label, world), "nobody": []}
    return named[people] if people in named else people.split()


def answered(label: str, name: str, row_name: str, world: World) -> list[str]:
    """Who sees a row, as the code says."""
    asked = ["everyone"] if name == "public" else everyone(label, world)
    return [person for person in asked if ask(label, name, row_name, person, world)]


def differences(world: World, labels: Any = None) -> Iterator[str]:
    """Where the code and the tables do not say the same."""
    for label, (names, lines) in table.read().items():
        if labels is not None and label not in labels:
            continue
        for name in names:
            for row_name, line in lines.items():
                wanted = sorted(expected(label, name, line, world))
                got = sorted(answered(label, name, row_name, world))
                if wanted != got:
                    yield f"{label}.{name} «{row_name}»: {' '.join(got)} — not {' '.join(wanted)}"
