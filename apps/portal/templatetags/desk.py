"""The first page of the admin site: what waits for a person; and what the header says of notifications and the guide."""

from typing import Any

from django import template
from django.http import HttpRequest

from apps.operations.page_parts import unread_count
from apps.portal.services.desk import desk_of
from apps.portal.services.staff_guide import anchor_for

register = template.Library()


@register.inclusion_tag("admin/_desk.html", takes_context=True)
def desk(context: dict[str, Any]) -> dict[str, object]:
    """Show what waits for the signed-in person, by urgency."""
    sections = desk_of(context["request"].user)
    return {"sections": sections, "is_empty": not any(section.rows for section in sections)}


@register.inclusion_tag("admin/_staff_tools.html", takes_context=True)
def staff_tools(context: dict[str, Any]) -> dict[str, object]:
    """Show the number of unread notifications, and the part of the guide about this page."""
    request: HttpRequest = context["request"]
    return {"unread": unread_count(request), "anchor": anchor_for(request.path)}
