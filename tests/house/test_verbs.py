"""Every verb and role that the audit trail may hold has its words: staff never read a bare code."""

import ast
from collections.abc import Iterator
from pathlib import Path

from apps.accounts.models import Role
from apps.consultations.models import Decision, GuestKey
from apps.council.models import RevisionState
from apps.operations.audit_labels import ACTORS, WORDS, actor_in_words

APPS = Path(__file__).resolve().parents[2] / "apps"
# Where the verb is put together while running: what it can become, and where that is said.
PUT_TOGETHER = {
    "verb": set(),  # handed on by a keyword or a loop, whose own words are found below
    "verb or decision.action": set(Decision.Action.values),
    "f'state_{model._meta.model_name}'": {"state_challenge", "state_offer"},
    "f'{state}_revision'": {f"{state}_revision" for state in (RevisionState.PUBLISHED, RevisionState.RETURNED)},
}


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Every call in a module."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def texts(node: ast.AST) -> set[str] | None:
    """The words that an expression can be; None if that is decided while running."""
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if isinstance(node, ast.IfExp):
        first, second = texts(node.body), texts(node.orelse)
        return None if first is None or second is None else first | second
    return None


def in_calls(tree: ast.AST) -> Iterator[ast.expr]:
    """What is handed to the trail as a verb: its first argument, or a keyword of that name on the way there."""
    for call in calls(tree):
        if ast.unparse(call.func).endswith("AuditEntry.record"):
            yield call.args[0]
        yield from (keyword.value for keyword in call.keywords if keyword.arg == "verb")


def in_loops(tree: ast.AST) -> Iterator[ast.expr]:
    """The verbs in `for verb, … in ((…, …), …)`."""
    for loop in ast.walk(tree):
        if isinstance(loop, ast.For) and ast.unparse(loop.target).startswith("(verb,"):
            pairs = (pair for pair in ast.walk(loop.iter) if isinstance(pair, ast.Tuple))
            yield from (pair.elts[0] for pair in pairs if isinstance(pair.elts[0], ast.Constant))


def test_every_verb_that_is_written_has_its_words() -> None:
    found: set[str] = set()
    for path in sorted(APPS.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for expression in [*in_calls(tree), *in_loops(tree)]:
            source, verbs = ast.unparse(expression), texts(expression)
            if verbs is None:
                assert source in PUT_TOGETHER, f"{path}: say in PUT_TOGETHER what {source} can be"
                verbs = PUT_TOGETHER[source]
            found |= verbs
    assert len(found) > 80
    assert found - set(WORDS) == set(), "verbs without words: apps/operations/audit_labels.py"
    assert set(WORDS) - found == set(), "words for verbs that nobody writes"


def test_every_role_that_acts_has_its_words() -> None:
    assert {role.value: role.label for role in Role} == {role.value: ACTORS[role.value] for role in Role}
    assert {GuestKey.audit_role, "superuser", "resident", "system"} <= set(ACTORS)
    assert actor_in_words("moderator,staff") == "モデレーター、職員（所管課）"
