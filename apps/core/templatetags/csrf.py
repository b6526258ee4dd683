"""`{% csrf_token %}` without a cookie: the token stands on pages of people with a session, and where a form comes back."""

from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode

from apps.core import two_phase
from apps.core.csrf import needs_no_token_now

register = template.Library()


class SessionCsrfTokenNode(CsrfTokenNode):
    """Django's token, left out where `core.csrf.SameOriginCsrfMiddleware` does not ask for it."""

    child_nodelists = ()

    def render(self, context: Context) -> Any:
        """Return the hidden field; nothing on a page that is read without a session."""
        request = getattr(context, "request", None)
        if request is not None and two_phase.is_any_reader(getattr(request, "user", None)):
            return two_phase.part_for_reader(request, "csrf_token")
        return "" if request is not None and needs_no_token_now(request) else super().render(context)


@register.tag
def csrf_token(_parser: Parser, _token: Token) -> SessionCsrfTokenNode:
    """Write the CSRF token of a form (in place of Django's tag of this name)."""
    return SessionCsrfTokenNode()
