"""Operations for migrations: mending what is kept after the rules of `core.text` have changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import migrations, models

from apps.core.search import bigrams
from apps.core.text import fold
from apps.core.textfields import UNWANTED, TypedField

AT_ONCE = 1000
CHECKS = """
SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
WHERE c.contype = 'c' AND c.conrelid = %s::regclass AND a.attname = %s
"""
TAKEN_OUT = (
    UNWANTED.removesuffix("]") + r"\uFEFF]"
)  # a byte order mark does no harm in a column, and no door lets it in
LINE_ENDS = r"\r\n|[\r\u000B\u000C\u0085\u2028\u2029]"


def refold_search(*labels: str) -> migrations.RunPython:
    """An operation that folds the search columns of these models anew. What folding leaves as it is, is not written."""

    def run(apps: Any, editor: Any) -> None:
        for label in labels:
            model = apps.get_model(label)
            with unguarded(editor, model):
                _refold(editor.connection, model)

    return migrations.RunPython(run, migrations.RunPython.noop, elidable=True)


@contextmanager
def unguarded(editor: Any, model: Any) -> Iterator[None]:
    """For the time of a mend the triggers that keep published rows as they are stand aside; the owner alone may do that."""
    table = editor.quote_name(model._meta.db_table)
    editor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    editor.execute(
        "SET CONSTRAINTS ALL IMMEDIATE"
    )  # no table is altered while something of its rows is still to be checked
    editor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _refold(connection: Any, model: Any) -> None:
    """Folding what is folded gives the same as folding the text itself: letters are only ever put together further."""
    table = connection.ops.quote_name(model._meta.db_table)
    changed: list[tuple[str, list[str], int]] = []
    with connection.cursor() as cursor:

        def write() -> None:
            sql = f"UPDATE {table} SET search_text = %s, search_bigrams = %s WHERE id = %s"  # noqa: S608 - own name
            cursor.executemany(sql, changed)
            changed.clear()

        for pk, kept in model.objects.order_by("pk").values_list("pk", "search_text").iterator(AT_ONCE):
            folded = fold(kept)
            if folded != kept:
                changed.append((folded, bigrams(folded), pk))
            if len(changed) == AT_ONCE:
                write()
        if changed:
            write()


def mend_typed(app_label: str) -> migrations.RunPython:
    """An operation that takes out of an app's texts what came in before every door refused it; line ends become LF."""

    def run(apps: Any, editor: Any) -> None:
        for model in apps.get_app_config(app_label).get_models():
            columns = {
                editor.quote_name(field.column): " " if isinstance(field, models.CharField) else "\n"
                for field in model._meta.local_concrete_fields
                if isinstance(field, models.CharField | models.TextField) and not field.choices
            }
            if columns and model._meta.managed:
                with unguarded(editor, model):
                    _mend(editor, model, columns)

    return migrations.RunPython(run, migrations.RunPython.noop, elidable=True)


def _mend(editor: Any, model: Any, columns: dict[str, str]) -> None:
    table = editor.quote_name(model._meta.db_table)
    mended = "regexp_replace(regexp_replace({0}, %s, %s, 'g'), %s, '', 'g')"
    with editor.connection.cursor() as cursor:
        for column, line_end in columns.items():
            sql = f"UPDATE {table} SET {column} = {mended.format(column)} WHERE {column} ~ %s"  # noqa: S608 - own names
            cursor.execute(sql, [LINE_ENDS, line_end, TAKEN_OUT, TAKEN_OUT])


def check_typed(app_label: str) -> migrations.RunPython:
    """An operation that lets the database refuse what no text may hold, in every typed column of an app that does not yet.

    A new column brings its check with it (`TypedField.db_check`); one that became a typed one needs this.
    """

    def run(apps: Any, editor: Any) -> None:
        for model in apps.get_app_config(app_label).get_models():
            missing = [
                f"ADD CONSTRAINT {editor.quote_name(check_name(model, field))} CHECK ({field.db_check(editor.connection)})"
                for field in model._meta.local_concrete_fields
                if isinstance(field, TypedField) and not _is_checked(editor, model, field)
            ]
            if missing:
                editor.execute(f"ALTER TABLE {editor.quote_name(model._meta.db_table)} {', '.join(missing)}")

    return migrations.RunPython(run, migrations.RunPython.noop)


def check_name(model: Any, field: Any) -> str:
    """The name of the check of a typed column."""
    return f"{model._meta.db_table}_{field.column}_typed"[:63]


def _is_checked(editor: Any, model: Any, field: Any) -> bool:
    with editor.connection.cursor() as cursor:
        cursor.execute(CHECKS, [model._meta.db_table, field.column])
        return any("FDD0" in definition for (definition,) in cursor.fetchall())


class AlterFields(migrations.operations.base.Operation):
    """Many columns in one step: the models of a migration are put together once, not once for each column.

    altered: (model, name, field) for columns that are no relations.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, altered: list[tuple[str, str, models.Field]]) -> None:
        self.altered = altered

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """For the writer of migrations."""
        return self.__class__.__qualname__, [self.altered], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models as they are then."""
        for model, name, field in self.altered:
            state.models[app_label, model].fields[name] = field
        if "apps" in state.__dict__:
            state.reload_models({(app_label, model) for model, _name, _field in self.altered}, delay=False)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Each column as its new field wants it."""
        for model, name, _field in self.altered:
            before, after = (state.apps.get_model(app_label, model) for state in (from_state, to_state))
            schema_editor.alter_field(before, before._meta.get_field(name), after._meta.get_field(name))

    database_backwards = database_forwards

    def describe(self) -> str:
        """What it does."""
        return f"Alter {len(self.altered)} fields"
