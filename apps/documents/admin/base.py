"""Base of the admin of documents: everyone in the city's service reads what they may see, who writes is said by the rules."""

from typing import Any

from django.db import models
from django.http import HttpRequest

from apps.accounts.requests import user_of
from apps.core.admin import PortalAdmin
from apps.documents.models import Document


class DocumentsAdmin(PortalAdmin):
    """Permissions are asked for each row; nothing is deleted by the list's action."""

    actions = None

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return the permission of the rule for this row."""
        return request.user.has_perm(f"documents.view_{self.opts.model_name}", obj)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return the permission of the rule for this row."""
        return request.user.has_perm(f"documents.change_{self.opts.model_name}", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False; subclasses allow some deletions."""
        return False

    def manageable_documents(self, request: HttpRequest) -> Any:
        """Return the documents that the person writes."""
        return Document.objects.manageable_by(user_of(request))
