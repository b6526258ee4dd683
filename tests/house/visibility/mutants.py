"""The proof of the table: every way to break a question about seeing, one after the other, and the table notices each.

`script/mutate-visibility` runs it; the suite does not. A function is broken by leaving something out of it: a condition,
a side of an «or», a branch, a role. So are the functions that it asks, down to `User.has_role`. What may be left out
without a difference stands in `SAME`, with the reason; what stands there and makes a difference fails too.
"""

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction

from apps.accounts.models import User
from tests.house.visibility import asking, table
from tests.house.visibility.world import World

# «class.function: what is left out»: why nobody can tell the difference
SAME = {
    "SourceDocumentQuerySet.public: returns all": "every document that is cited is public",
    "User.department_ids: p.department_id": "the database finds no row by a department that is not given",
    "User.has_perm: self.is_administrator": "the rule of the one right that is asked here names administrators",
}


class Function:
    """A method of a queryset or of User, as it is written."""

    def __init__(self, owner: type, name: str) -> None:
        self.owner, self.name = owner, name
        self.whole = vars(owner)[name]
        self.plain = self.whole.fget if isinstance(self.whole, property) else self.whole
        self.tree = ast.parse(textwrap.dedent(inspect.getsource(self.plain))).body[0]
        assert isinstance(self.tree, ast.FunctionDef)
        self.tree.decorator_list = []
        self.tree.returns = None
        for argument in ast.walk(self.tree.args):
            if isinstance(argument, ast.arg):
                argument.annotation = None  # the sides of a type are no sides of an «or»
        for node in ast.walk(self.tree):  # a function outside its class does not know which class that is
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super":
                node.args = [ast.Name(owner.__name__, ast.Load()), ast.Name("self", ast.Load())]

    def __str__(self) -> str:
        return f"{self.owner.__name__}.{self.name}"

    def put(self, tree: ast.stmt) -> None:
        """Have the class use another version of it."""
        space: dict[str, Any] = {}
        module = ast.fix_missing_locations(ast.Module([tree], []))
        exec(compile(module, str(self), "exec"), self.plain.__globals__, space)
        made = space[self.name]
        setattr(self.owner, self.name, property(made) if isinstance(self.whole, property) else made)

    def put_back(self) -> None:
        setattr(self.owner, self.name, self.whole)


def family() -> list[type]:
    """The classes that may take part in an answer: querysets of the house, and User."""
    found: dict[type, None] = {User: None}
    for model in apps.get_models():
        for manager in model._meta.managers:
            for owner in type(manager.get_queryset()).__mro__:
                if owner.__module__.startswith("apps."):
                    found[owner] = None
    return list(found)


def functions(world: World) -> dict[str, tuple[Function, set[str]]]:
    """Every function that answers some table, found by watching which are called, with the tables that it answers."""
    known = {
        getattr(whole, "fget", whole).__code__: (owner, name)
        for owner in family()
        for name, whole in vars(owner).items()
        if inspect.isfunction(whole) or isinstance(whole, property)
    }
    found: dict[str, tuple[Function, set[str]]] = {}
    for label in table.read():
        called: set[Any] = set()
        sys.setprofile(lambda frame, event, _given, called=called: called.add(frame.f_code))
        try:
            assert list(asking.differences(world, [label])) == []
        finally:
            sys.setprofile(None)
        for owner, name in (known[code] for code in called if code in known):
            found.setdefault(f"{owner.__name__}.{name}", (Function(owner, name), set()))[1].add(label)
    return found


ASKED = {"filter", "exclude", "Q", "has_role", "get"}


Smaller = Iterator[tuple[str, ast.AST | None]]


def without_branch(node: Any) -> Smaller:
    yield f"if {ast.unparse(node.test)}", None


def without_side(node: Any) -> Smaller:
    if isinstance(node.op, ast.BitOr | ast.BitAnd):
        yield ast.unparse(node.right), node.left
        yield ast.unparse(node.left), node.right


def without_condition(node: Any) -> Smaller:
    for left_out in node.values:
        rest = [value for value in node.values if value is not left_out]
        yield ast.unparse(left_out), rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def without_not(node: Any) -> Smaller:
    if isinstance(node.op, ast.Not | ast.Invert):
        yield f"not before {ast.unparse(node.operand)}", node.operand


def without_choice(node: Any) -> Smaller:
    yield f"else {ast.unparse(node.orelse)}", node.body
    yield f"{ast.unparse(node.body)} if {ast.unparse(node.test)}", node.orelse


def without_ifs(node: Any) -> Smaller:
    if node.ifs:
        yield f"if {ast.unparse(node.ifs[0])}", ast.comprehension(node.target, node.iter, [], node.is_async)


def without_argument(node: Any) -> Smaller:
    if (getattr(node.func, "attr", "") or getattr(node.func, "id", "")) in ASKED:
        for part in [*node.args, *node.keywords]:
            args = [value for value in node.args if value is not part]
            keywords = [value for value in node.keywords if value is not part]
            yield ast.unparse(part), ast.Call(node.func, args, keywords)


def without_element(node: Any) -> Smaller:
    for left_out in node.elts if len(node.elts) > 1 else []:
        rest = [value for value in node.elts if value is not left_out]
        yield ast.unparse(left_out), type(node)(rest, ast.Load())


# What may stand in a node's place with something left out; None leaves it out as a whole.
SMALLER = {
    ast.If: without_branch,
    ast.BinOp: without_side,
    ast.BoolOp: without_condition,
    ast.UnaryOp: without_not,
    ast.IfExp: without_choice,
    ast.comprehension: without_ifs,
    ast.Call: without_argument,
    ast.List: without_element,
    ast.Tuple: without_element,
}


def smaller(node: ast.AST) -> list[tuple[str, ast.AST | None]]:
    """The ways to leave something out of a node."""
    return list(SMALLER[type(node)](node)) if type(node) in SMALLER else []


class Replace(ast.NodeTransformer):
    """Puts another node in the place of one."""

    def __init__(self, old: ast.AST, new: ast.AST | None) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        return self.new if node is self.old else self.generic_visit(node)


def mutants(function: Function) -> Iterator[tuple[str, ast.stmt]]:
    """Every version of a function with one thing left out; for a queryset also everything, and nothing."""
    count = len(list(ast.walk(function.tree)))
    for place in range(count):
        node = list(ast.walk(function.tree))[place]
        for number, (said, _new) in enumerate(smaller(node)):
            tree = deepcopy(function.tree)
            old = list(ast.walk(tree))[place]
            _said, new = smaller(old)[number]
            changed = Replace(old, new).visit(tree)
            if changed.body:
                yield f"{function}: {said}", changed
    if issubclass(function.owner, models.QuerySet):
        for every in ("all", "none"):
            tree = deepcopy(function.tree)
            tree.body = ast.parse(f"return self.{every}()").body
            yield f"{function}: returns {every}", tree


def is_noticed(world: World, labels: set[str]) -> bool:
    """Whether the table sees a difference, or the code does not run any more."""
    try:
        with transaction.atomic():
            return next(asking.differences(world, labels), None) is not None
    except Exception:
        return True


@pytest.mark.django_db
def test_the_table_notices_everything_that_is_left_out() -> None:
    world, count, survived = World(), 0, []
    asked = functions(world)
    for number, (function, labels) in enumerate(asked.values(), start=1):
        print(f"{number}/{len(asked)} {function}: {', '.join(sorted(labels))}", flush=True)
        for said, tree in mutants(function):
            count += 1
            try:
                function.put(tree)
                noticed = is_noticed(world, labels)
            finally:
                function.put_back()
            if noticed == (said in SAME):
                survived.append(said)
                print(f"{'only said to be the same' if noticed else 'NOT NOTICED'}: {said}", flush=True)
    print(f"{count} mutants of {len(asked)} functions, {count - len(survived)} as expected")
    assert not survived
