"""Two-phase rendering: a page is rendered once as every reader sees it, and what differs between readers is filled in.

Phase one renders for `AnyReader`, who is signed in and nobody in particular, or for any guest: signed out, in a browser
with a number of its own that nothing may ask for (`is_for_all`). Where a template or a model asks about the
reader, it leaves a slot: a choice between two texts that are both rendered (`choose`), a text that is made for each
reader (`part_for_reader`), or the note that the page is not for those of whom a fact holds (`not_if`). Phase two fills
the slots for one reader (`RenderedPage.fill`). Whatever asks AnyReader anything else raises `NotForAnyReaderError`, and
the page is rendered for its reader alone.
"""

import re
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, NoReturn

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

Fact = tuple[str, int]  # name in FACTS, and the id that it is about
# Of which of these ids a fact holds for the reader of a request.
FACTS: dict[str, Callable[[HttpRequest, set[int]], frozenset[int] | set[int]]] = {}
# Texts that are made for each reader, from the request and the arguments that stand in the slot.
PARTS: dict[str, Callable[..., str]] = {}

TOKEN_WAS_MADE = "CSRF_COOKIE_NEEDS_UPDATE"  # noqa: S105 - Django's mark that a page holds its reader's CSRF token
_secret = secrets.token_hex(16)  # no text of a page can hold a mark
_MARK = re.compile(rf"\[{_secret}:(\d+)\]")


class NotForAnyReaderError(Exception):
    """Something was asked of AnyReader that depends on who reads."""


class AnyReader:
    """Stand for whichever resident reads: signed in, without a role in the city and without a restriction."""

    is_authenticated = True
    is_anonymous = False
    is_active = True
    is_staff = False
    is_superuser = False
    is_administrator = False
    serves_city = False
    restriction = None
    restriction_id = None

    def __init__(self, slots: "Slots") -> None:
        self._slots = slots

    def __getattr__(self, name: str) -> NoReturn:
        """Refuse whatever depends on who reads; a template engine may swallow the error, so it is noted too."""
        self._slots.refuse(name)

    def __str__(self) -> str:
        """Refuse to be named."""
        self._slots.refuse("name")

    def has_role(self, *_roles: object) -> bool:
        """Return False: a reader with a role gets pages of their own."""
        return False

    def has_perm(self, *_args: object) -> bool:
        """Return False."""
        return False

    def department_ids(self) -> set[int]:
        """Return no department."""
        return set()


class NoSession:
    """Stand in for the session: nothing of it may be on a page for every reader."""

    def __init__(self, slots: "Slots") -> None:
        self.__dict__["_slots"] = slots

    def __getattr__(self, name: str) -> NoReturn:
        """Refuse every use."""
        self._slots.refuse(f"session.{name}")

    def __getitem__(self, name: str) -> NoReturn:
        """Refuse every use."""
        self._slots.refuse(f"session.{name}")

    def __setitem__(self, name: str, value: object) -> None:
        """Refuse every use."""
        self._slots.refuse(f"session.{name}")

    def __contains__(self, name: object) -> bool:
        """Refuse every use."""
        self._slots.refuse(f"session.{name}")


class NoSessionYet(NoSession):
    """Stand in for the session of a guest, who has none: it may be asked whether it has begun."""

    def is_empty(self) -> bool:
        """Return True."""
        return True


@dataclass
class Slots:
    """What is to be filled in a page that is being rendered for AnyReader."""

    slots: list[Any] = field(default_factory=list)
    excluding: set[Fact] = field(default_factory=set)
    refused: str = ""

    def refuse(self, what: str) -> NoReturn:
        """Note that the page depends on its reader, and raise NotForAnyReaderError."""
        self.refused = self.refused or what
        raise NotForAnyReaderError(what)

    def mark(self, slot: object) -> SafeString:
        """Return the mark of a new slot."""
        self.slots.append(slot)
        return mark_safe(f"[{_secret}:{len(self.slots) - 1}]")  # noqa: S308 - letters and digits of our own


@dataclass(frozen=True)
class Choice:
    """Two texts, one for readers of whom the fact holds."""

    fact: Fact
    texts: dict[bool, str]


@dataclass(frozen=True)
class ReaderPart:
    """A text that is made for each reader."""

    name: str
    args: tuple[object, ...]


_slots: ContextVar[Slots | None] = ContextVar("slots", default=None)


@contextmanager
def rendering_for_any_reader(request: HttpRequest) -> Iterator[Slots]:
    """Let a block render a request's page for AnyReader, or for any guest where nobody is signed in.

    A CSRF token that got on it otherwise than by its slot is refused.
    """
    slots = Slots()
    before = request.user, request.session, getattr(request, "_messages", None)
    token_before = request.META.pop(TOKEN_WAS_MADE, None)
    if request.user.is_authenticated:
        request.user, request.session = AnyReader(slots), NoSession(slots)  # type: ignore[assignment]
    else:
        request.user, request.session = AnonymousUser(), NoSessionYet(slots)  # type: ignore[assignment]
    request._messages = []  # type: ignore[attr-defined]
    token = _slots.set(slots)
    try:
        yield slots
    finally:
        _slots.reset(token)
        if TOKEN_WAS_MADE in request.META:
            slots.refused = slots.refused or "CSRF token"
        elif token_before is not None:
            request.META[TOKEN_WAS_MADE] = token_before
        request.user, request.session, request._messages = before  # type: ignore[attr-defined]


def is_for_all() -> bool:
    """Return whether the page being rendered is one for all readers."""
    return _slots.get() is not None


def is_any_reader(user: object) -> bool:
    """Return whether a page is being rendered for every reader, and this is who stands for them."""
    return type(user) is AnyReader


def choose(name: str, key: int, draw: Callable[[bool], str], *, holds: bool) -> SafeString:
    """Return the text for a reader: `draw(True)` if the fact holds of them, else `draw(False)`.

    name: in FACTS; key: id that the fact is about; holds: whether it does, where the page has its one reader.
    """
    slots = _slots.get()
    if slots is None:
        return mark_safe(draw(holds))  # noqa: S308 - a template's own output
    return slots.mark(Choice((name, key), {True: draw(True), False: draw(False)}))


def part_for_reader(request: HttpRequest, name: str, *args: object) -> SafeString:
    """Return the text that PARTS[name] makes of a request and these arguments (numbers and words)."""
    slots = _slots.get()
    if slots is None:
        return mark_safe(PARTS[name](request, *args))  # noqa: S308 - a template's own output
    return slots.mark(ReaderPart(name, args))


def not_if(name: str, key: int | None) -> None:
    """Note that the page being rendered is not for readers of whom this fact holds; they get one of their own."""
    slots = _slots.get()
    if slots is not None and key is not None:
        slots.excluding.add((name, key))


def reads_as(user: Any, key: int | None) -> bool:
    """Return whether a user has this id; a page for every reader is then not for them."""
    if is_any_reader(user):
        not_if("is", key)
        return False
    return user.pk is not None and user.pk == key


class RenderedPage:
    """A page after phase one, ready to be filled for one reader after another."""

    def __init__(self, html: str, slots: Slots) -> None:
        self.pieces: list[str | Choice | ReaderPart] = []
        for number, piece in enumerate(_MARK.split(html)):
            self.pieces.append(slots.slots[int(piece)] if number % 2 else piece)
        self.slots, self.excluding = slots.slots, slots.excluding
        self.keys: dict[str, set[int]] = defaultdict(set)
        for name, key in [*self.excluding, *(slot.fact for slot in self.slots if isinstance(slot, Choice))]:
            self.keys[name].add(key)

    @property
    def size(self) -> int:
        """Return how many characters the page and its choices hold."""
        chosen = (text for slot in self.slots if isinstance(slot, Choice) for text in slot.texts.values())
        return sum(len(piece) for piece in self.pieces if isinstance(piece, str)) + sum(map(len, chosen))

    def fill(self, request: HttpRequest) -> str | None:
        """Return the page for the reader of a request; None if it is not for this one."""
        holding = {name: FACTS[name](request, keys) for name, keys in self.keys.items()}
        if any(key in holding[name] for name, key in self.excluding):
            return None
        made: dict[ReaderPart, str] = {}

        def text_of(piece: str | Choice | ReaderPart) -> str:
            if isinstance(piece, Choice):
                name, key = piece.fact
                return _MARK.sub(lambda mark: text_of(self.slots[int(mark[1])]), piece.texts[key in holding[name]])
            if isinstance(piece, ReaderPart):
                if piece not in made:
                    made[piece] = PARTS[piece.name](request, *piece.args)
                return made[piece]
            return piece

        return "".join(map(text_of, self.pieces))


def _is(request: HttpRequest, keys: set[int]) -> set[int]:
    return keys & {request.user.pk or 0}


def _person(request: HttpRequest) -> str:
    """Return the id of the reader, which tells drafts of several people in one browser apart; nothing for a visitor."""
    user = getattr(request, "user", None)  # none where a middleware failed before it was asked for
    return str(user.pk) if user is not None and user.is_authenticated else ""


FACTS["is"] = _is
PARTS["person"] = _person
