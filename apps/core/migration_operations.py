"""Migration operations that bring stored texts in line with the rules of `core.text`, and AlterFields for many columns."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from django.db import migrations, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState, StateApps

from apps.core.search import bigrams
from apps.core.text import fold
from apps.core.textfields import UNWANTED, TypedField

AnyField: TypeAlias = "models.Field[Any, Any]"

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
    """Return an operation that folds the search columns of these models again; unchanged rows are not written."""

    def run(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        for label in labels:
            model = apps.get_model(label)
            with unguarded(editor, model):
                _refold(editor.connection, model)

    return migrations.RunPython(run, migrations.RunPython.noop, elidable=True)


@contextmanager
def unguarded(editor: BaseDatabaseSchemaEditor, model: type[models.Model]) -> Iterator[None]:
    """Disable the user triggers of a table (which protect published rows) for a block; needs the owner's role."""
    table = editor.quote_name(model._meta.db_table)
    editor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    editor.execute(
        "SET CONSTRAINTS ALL IMMEDIATE"
    )  # no table is altered while something of its rows is still to be checked
    editor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _refold(connection: BaseDatabaseWrapper, model: type[models.Model]) -> None:
    """Fold the stored search text again, in batches; folding is idempotent, so the original text is not needed."""
    table = connection.ops.quote_name(model._meta.db_table)
    changed: list[tuple[str, list[str], int]] = []
    with connection.cursor() as cursor:

        def write() -> None:
            sql = f"UPDATE {table} SET search_text = %s, search_bigrams = %s WHERE id = %s"  # noqa: S608 - own name
            cursor.executemany(sql, changed)
            changed.clear()

        for pk, kept in model._default_manager.order_by("pk").values_list("pk", "search_text").iterator(AT_ONCE):
            folded = fold(kept)
            if folded != kept:
                changed.append((folded, bigrams(folded), pk))
            if len(changed) == AT_ONCE:
                write()
        if changed:
            write()


def mend_typed(app_label: str) -> migrations.RunPython:
    """Return an operation that removes unusable characters from all texts of an app, and makes line ends LF."""

    def run(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        for model in apps.get_app_config(app_label).get_models():
            columns = {
                editor.quote_name(str(field.column)): " " if isinstance(field, models.CharField) else "\n"
                for field in model._meta.local_concrete_fields
                if isinstance(field, models.CharField | models.TextField) and not field.choices
            }
            if columns and model._meta.managed:
                with unguarded(editor, model):
                    _mend(editor, model, columns)

    return migrations.RunPython(run, migrations.RunPython.noop, elidable=True)


def _mend(editor: BaseDatabaseSchemaEditor, model: type[models.Model], columns: dict[str, str]) -> None:
    """Clean the columns of a table in place. columns: quoted name of each, with the text that replaces a line end."""
    table = editor.quote_name(model._meta.db_table)
    mended = "regexp_replace(regexp_replace({0}, %s, %s, 'g'), %s, '', 'g')"
    with editor.connection.cursor() as cursor:
        for column, line_end in columns.items():
            sql = f"UPDATE {table} SET {column} = {mended.format(column)} WHERE {column} ~ %s"  # noqa: S608 - own names
            cursor.execute(sql, [LINE_ENDS, line_end, TAKEN_OUT, TAKEN_OUT])


def check_typed(app_label: str) -> migrations.RunPython:
    """Return an operation that adds the missing CHECK constraints against unusable characters to an app's typed columns.

    A new column brings its check with it (`TypedField.db_check`); one whose class became TypedField needs this.
    """

    def run(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        for model in apps.get_app_config(app_label).get_models():
            missing = [
                f"ADD CONSTRAINT {editor.quote_name(check_name(model, field))} CHECK ({field.db_check(editor.connection)})"
                for field in model._meta.local_concrete_fields
                if isinstance(field, TypedField) and not _is_checked(editor, model, field)
            ]
            if missing:
                editor.execute(f"ALTER TABLE {editor.quote_name(model._meta.db_table)} {', '.join(missing)}")

    return migrations.RunPython(run, migrations.RunPython.noop)


def check_name(model: type[models.Model], field: "AnyField") -> str:
    """Return the name of the CHECK constraint of a typed column."""
    return f"{model._meta.db_table}_{field.column}_typed"[:63]


def _is_checked(editor: BaseDatabaseSchemaEditor, model: type[models.Model], field: "AnyField") -> bool:
    """Return whether the column has such a CHECK constraint."""
    with editor.connection.cursor() as cursor:
        cursor.execute(CHECKS, [model._meta.db_table, field.column])
        return any("FDD0" in definition for (definition,) in cursor.fetchall())


class AlterFields(migrations.operations.base.Operation):
    """Alter many columns in one operation: model states are rendered once, not once for each column.

    altered: (model, name, field) for columns that are no relations.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, altered: list[tuple[str, str, "AnyField"]]) -> None:
        self.altered = altered

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Return the arguments for the migration writer."""
        return self.__class__.__qualname__, [self.altered], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Apply the new fields to the model state."""
        for model, name, field in self.altered:
            state.models[app_label, model].fields[name] = field
        if "apps" in state.__dict__:
            state.reload_models(list({(app_label, model) for model, _name, _field in self.altered}), delay=False)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Alter the columns in the database, one after the other."""
        for model, name, _field in self.altered:
            before, after = (state.apps.get_model(app_label, model) for state in (from_state, to_state))
            schema_editor.alter_field(before, before._meta.get_field(name), after._meta.get_field(name))

    database_backwards = database_forwards

    def describe(self) -> str:
        """Return the line that `migrate` prints."""
        return f"Alter {len(self.altered)} fields"
