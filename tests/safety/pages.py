"""What stands on a page, as a browser reads it: its links and its forms."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

TYPED = {"text", "hidden", "email", "search", "url", "number", "textarea", "password", "date", "tel"}


@dataclass
class Control:
    """A field of a form: its kind, what it holds before anybody types, and what a choice offers."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form: where it goes, and its fields."""

    page: str
    action: str
    method: str
    controls: list[Control] = field(default_factory=list)

    @property
    def names(self) -> frozenset[str]:
        """The names of its fields."""
        return frozenset(control.name for control in self.controls)

    @property
    def shape(self) -> tuple[str, frozenset[str]]:
        """What tells forms apart: those of two comments are one."""
        return re.sub(r"\d+", "", urlsplit(self.action).path), self.names

    def filled(self) -> dict[str, list[str]]:
        """What a browser would send if nothing were typed."""
        data: dict[str, list[str]] = {}
        for control in self.controls:
            if control.kind not in {"file", "submit"} and control.name != "csrfmiddlewaretoken":
                data.setdefault(control.name, []).append(control.value)
        return data


class Page(HTMLParser):
    """Reads a page."""

    def __init__(self, address: str, text: str) -> None:
        super().__init__()
        self.address, self.links, self.forms = address, [], []  # type: ignore[var-annotated]
        self._form: Form | None = None
        self._select = self._area = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A link, a form, or a field of the form we are in."""
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href"):
            self._link(given["href"])
        elif tag == "form":
            action = urljoin(self.address, given.get("action") or self.address)
            self._form = Form(self.address, action, given.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None and (given.get("name") or tag == "option"):
            self._control(tag, given)

    def _link(self, href: str) -> None:
        address = urlsplit(urljoin(self.address, href))
        if not address.netloc and address.scheme == "":
            self.links.append(address._replace(fragment="").geturl())

    def _control(self, tag: str, given: dict[str, str]) -> None:
        """Take over a field; of a choice only what is chosen, else its first."""
        assert self._form is not None
        kind = given.get("type", "text") if tag == "input" else tag
        if tag == "select":
            self._select = Control(given["name"], kind)
            self._form.controls.append(self._select)
        elif tag == "option" and self._select is not None:
            self._select.options.append(given.get("value", ""))
            if "selected" in given or not self._select.value:
                self._select.value = given.get("value", "")
        elif tag == "textarea":
            self._area = Control(given["name"], kind)
            self._form.controls.append(self._area)
        elif tag in {"input", "button"}:
            chosen = kind not in {"radio", "checkbox"} or "checked" in given or given["name"] not in self._form.names
            if chosen:
                silent = "on" if kind in {"radio", "checkbox"} else ""
                self._form.controls.append(Control(given["name"], kind, given.get("value", silent)))

    def handle_data(self, data: str) -> None:
        """The text of a text area."""
        if self._area is not None:
            self._area.value += data

    def handle_endtag(self, tag: str) -> None:
        """The end of a form or of a field."""
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None
