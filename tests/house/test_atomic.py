"""Every act is whole or not done: what writes more than one row stands in one transaction, wherever it is called from."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

APPS = Path(__file__).resolve().parents[2] / "apps"
# What writes: of Django, and of the two records that every act leaves behind it.
METHODS = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
    "record", "notify", "notify_once", "enqueue",
}  # fmt: skip
# Each with its reason: pieces that end a transaction of their own, so that long work is not held open.
NOT_WHOLE = {
    "analysis/actions.py:read_procedures": "chunk by chunk; the next run goes on where one stopped",
    "consultations/actions/retention.py:erase_withdrawn": "piece by piece; a second run finds what is left",
    "operations/models/job.py:drop_files": "one job after the other: a file that is gone does not come back",
    "operations/models/outbox.py:deliver_one": "the try is counted before the mail leaves, or a crash repeats it for ever",
}
Function = ast.FunctionDef


def modules() -> Iterator[tuple[str, ast.Module]]:
    """The files in which verbs stand: actions, and models."""
    for path in sorted(APPS.rglob("*.py")):
        place = path.relative_to(APPS).as_posix()
        if "/actions" in place or "/models" in place:
            yield place, ast.parse(path.read_text(encoding="utf-8"))


def functions(tree: ast.Module) -> Iterator[Function]:
    """Functions of a module and methods of its classes."""
    for node in tree.body:
        if isinstance(node, Function):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from (part for part in node.body if isinstance(part, Function))


def is_atomic(node: ast.AST) -> bool:
    """Whether a function or a `with` holds a transaction."""
    if isinstance(node, Function):
        return any("atomic" in ast.unparse(decorator) for decorator in node.decorator_list)
    return isinstance(node, ast.With) and any("atomic" in ast.unparse(item.context_expr) for item in node.items)


def steps(node: ast.AST) -> Iterator[ast.AST]:
    """What a function does one after the other; a transaction is one step."""
    for child in ast.iter_child_nodes(node):
        if is_atomic(child) or isinstance(child, ast.Call):
            yield child
        if not is_atomic(child) and not isinstance(child, ast.Lambda):
            yield from steps(child)


@cache
def writers() -> frozenset[str]:
    """Our functions without a class that write, themselves or through each other; a helper is known in its module."""
    found: set[str] = set()
    bare = [(place, node) for place, tree in modules() for node in tree.body if isinstance(node, Function)]
    while True:
        more = {known_as(place, node.name) for place, node in bare if any(writing(place, node, found))}
        if more <= found:
            return frozenset(found)
        found |= more


def known_as(place: str, name: str) -> str:
    """How a function is told from others of its name."""
    return f"{place}:{name}" if name.startswith("_") else name


def writing(place: str, node: ast.AST, named: set[str] | frozenset[str]) -> Iterator[ast.AST]:
    """The steps that change rows: a transaction, a method that writes, a verb (`by=`), one of our writing functions."""
    for step in steps(node):
        if not isinstance(step, ast.Call):
            yield step
        elif isinstance(step.func, ast.Attribute):
            of_rows = step.func.attr in METHODS and not ast.unparse(step.func.value).endswith("file")
            if of_rows or any(keyword.arg == "by" for keyword in step.keywords):
                yield step
        elif isinstance(step.func, ast.Name) and known_as(place, step.func.id) in named:
            yield step


def torn(place: str, node: Function) -> bool:
    """Whether a function can stop between two writes."""
    if is_atomic(node):
        return False
    in_loop = any(any(writing(place, loop, writers())) for loop in loops_of(node))
    return in_loop or len(list(writing(place, node, writers()))) > 1


def loops_of(node: ast.AST) -> Iterator[ast.AST]:
    """Loops outside of a transaction."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.For | ast.While):
            yield child
        if not is_atomic(child):
            yield from loops_of(child)


def test_no_act_can_stop_half_way() -> None:
    """Helpers (with an underscore) are read where they are called."""
    found = {
        f"{place}:{node.name}"
        for place, tree in modules()
        for node in functions(tree)
        if not node.name.startswith("_") and torn(place, node)
    }
    assert found - set(NOT_WHOLE) == set(), "put @transaction.atomic before it"
    assert set(NOT_WHOLE) - found == set(), "no longer needed here"
