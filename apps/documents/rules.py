"""Permissions of documents (django-rules predicates)."""

from typing import Any

import rules

from apps.accounts.models import Role, User
from apps.accounts.rules import is_city_staff, is_secretariat
from apps.documents.models import Change, Document, DocumentVersion, Section


def document_of(thing: Any) -> Document | None:
    """Return the document that a row belongs to; None without a row."""
    if isinstance(thing, DocumentVersion):
        return thing.document
    return thing.version.document if isinstance(thing, Section | Change) else thing


@rules.predicate
def works_for_its_department(user: User, thing: Any) -> bool:
    """Return whether the person works for the document's department; without a row, for any department."""
    document = document_of(thing)
    if document is None or document.pk is None:
        return user.has_role(Role.STAFF)
    return document.department_id in user.department_ids()


may_write = is_city_staff & (is_secretariat | works_for_its_department)

rules.add_perm("documents", is_city_staff)
rules.add_perm("documents.write", may_write)
for model in ("document", "documentversion", "section", "change", "stage"):
    rules.add_perm(f"documents.view_{model}", is_city_staff)
for model in ("document", "documentversion"):
    for verb in ("add", "change"):
        rules.add_perm(f"documents.{verb}_{model}", may_write)
for model in ("section", "change"):
    rules.add_perm(f"documents.change_{model}", may_write)
rules.add_perm("documents.delete_section", may_write)
for verb in ("add", "change"):
    rules.add_perm(f"documents.{verb}_stage", is_secretariat)
