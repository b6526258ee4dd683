"""Who searches for the field's own word finds the code that does it: docstrings name the pattern (docs/writing.md)."""

import ast

import pytest
from django.conf import settings

# pattern: functions, classes and modules (without a name) whose docstring says it
WHERE = {
    "rate limit": ["core/rate_limit.py", "core/rate_limit.py:hit", "consultations/services/rate_limit.py"],
    "honeypot": ["core/honeypot.py", "core/honeypot.py:HoneypotField", "core/honeypot.py:HoneypotMixin"],
    "optimistic lock": ["plans/actions/editing.py", "consultations/admin/answers/reply_form.py"],
    "idempotent": ["core/submission.py", "consultations/actions/proposals.py:post_proposal", "core/concurrency.py"],
    "soft delete": ["portal/actions/leaving.py", "intake/actions/batch_withdrawal.py"],
    "outbox": ["operations/models/outbox.py"],
    "cursor pagination": ["core/pagination.py"],
    "cache key": ["analysis/services/word_cloud.py", "analysis/services/background_analyses.py:cache_key"],
    "row lock": ["accounts/models/user.py:hold", "consultations/models/consultation_queryset.py:get_for_update"],
    "audit": ["operations/models/audit.py", "operations/audit_labels.py"],
}


def docstring(place: str) -> str:
    """The docstring of a module, or of a function or class in it."""
    path, _colon, name = place.partition(":")
    tree = ast.parse((settings.BASE_DIR / "apps" / path).read_text(encoding="utf-8"))
    if not name:
        return ast.get_docstring(tree) or ""
    return next(ast.get_docstring(node) or "" for node in ast.walk(tree) if getattr(node, "name", "") == name)


@pytest.mark.parametrize(("term", "place"), [(term, place) for term, places in WHERE.items() for place in places])
def test_the_fields_word_leads_to_the_code(term: str, place: str) -> None:
    assert term in " ".join(docstring(place).lower().split())
