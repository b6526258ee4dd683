"""Keep every public page of a running portal as files, so that two states of the code can be compared with `diff -r`.

Hashes of static files, class names, tokens and nonces are left out: they may change while a page stays the same.
"""

import hashlib
import re
import sys
import time
import urllib.error
import urllib.request
from collections import deque
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

LEFT_OUT = [
    (re.compile(r"\.[0-9a-f]{12}\.(css|js|svg|png|ico|woff2|webmanifest)"), r".HASH.\1"),
    (re.compile(r"nonce-[A-Za-z0-9+/=_-]+"), "nonce"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?"), "TIME"),
]
ATTRIBUTES_LEFT_OUT = {"class", "nonce"}
VALUES_LEFT_OUT = {"csrfmiddlewaretoken", "submit_key", "opened", "stamp"}
DEFAULT_PAUSE = 0.02


class Links(HTMLParser):
    """The addresses that a page leads to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where a link, a form by GET or a picture leads."""
        given = dict(attrs)
        for name in ("href", "src") if tag in {"a", "link", "img"} else ():
            if given.get(name):
                self.found.append(str(given[name]))


def read(url: str) -> tuple[int, str, bytes]:
    """Return status, content type and content of an answer."""
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - the portal that the caller named
            return answer.status, answer.headers.get("Content-Type", ""), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("Content-Type", ""), error.read()


class Tokens(HTMLParser):
    """The tags, attributes and words of a page, one a line; blanks and line ends between words are left out."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag with its attributes, sorted."""
        given = {name: "".join((value or "").split()) for name, value in attrs if name not in ATTRIBUTES_LEFT_OUT}
        if given.get("name") in VALUES_LEFT_OUT:
            given.pop("value", None)
        self.lines.append(f"<{tag} {sorted(given.items())}")

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a tag."""
        self.lines.append(f">{tag}")

    def handle_data(self, data: str) -> None:
        """Note words."""
        if words := "".join(data.split()):
            self.lines.append(words)


def normalised(content: bytes, kind: str) -> bytes:
    """Return an answer without what may change."""
    text = content.decode(errors="replace")
    if kind.startswith("text/html"):
        text = "\n".join(Tokens(text).lines)
    for pattern, instead in LEFT_OUT:
        text = pattern.sub(instead, text)
    return text.encode()


def file_name(address: str) -> str:
    """Return the name of the file of an address."""
    plain = re.sub(r"[^A-Za-z0-9.-]+", "_", address)[:80]
    return f"{plain}-{hashlib.sha256(address.encode()).hexdigest()[:8]}"


def main(root: str, folder: Path) -> None:
    """Crawl from the home page through all links; static files and admin are left out."""
    folder.mkdir(parents=True)
    waiting, seen = deque(["/"]), {"/"}
    while waiting:
        address = waiting.popleft()
        status, kind, content = read(root + address)
        time.sleep(DEFAULT_PAUSE)
        kept = f"{status} {kind} {address}\n".encode()
        if kind.startswith(("text/", "application/json", "application/atom", "image/svg")):
            kept += normalised(content, kind)
        (folder / file_name(address)).write_bytes(kept)
        if not kind.startswith("text/html"):
            continue
        for link in Links(content.decode()).found:
            parts = urlsplit(urljoin(root + address, link))
            target = parts._replace(scheme="", netloc="", fragment="").geturl()
            if root.endswith(parts.netloc) and target not in seen and not target.startswith(("/static/", "/admin/")):
                seen.add(target)
                waiting.append(target)
    print(f"{len(seen)} addresses")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), Path(sys.argv[2]))
