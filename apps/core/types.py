"""Types for annotations that Django's stubs know but Django does not name."""

from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

JsonObject = dict[str, Any]  # an object as JSON holds it: texts, numbers, lists and objects by name

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    StrOrPromise = str | _StrPromise  # a text, or one that gettext_lazy translates when it is shown
else:
    StrOrPromise = str | Promise
