"""Check for many links (リンクの多い投稿): URLs of other sites in a text. Knows no Django."""

import re
import unicodedata
from urllib.parse import urlsplit

ADDRESS = re.compile(r"(?:h(?:tt|xx)ps?://|www\.)[^\s<>\"'「」（）、。]{1,500}", re.IGNORECASE)


def find(text: str, *, most: int, uncounted: list[str]) -> list[str]:
    """Return the sites that are linked, when there are more than `most` links; links to `uncounted` sites are not counted."""
    hosts = [_host(address) for address in ADDRESS.findall(unicodedata.normalize("NFKC", text))]
    foreign = [host for host in hosts if not any(_is_within(host, site) for site in uncounted)]
    return list(dict.fromkeys(foreign)) if len(foreign) > most else []


def _host(address: str) -> str:
    """Return the site of an address, as the browser would read it; the whole address where it would not."""
    whole = address if "://" in address else f"http://{address}"
    try:
        return (urlsplit(whole).hostname or address).rstrip(".")
    except ValueError:
        return address


def _is_within(host: str, site: str) -> bool:
    """Return whether the host is this site or a part of it: attacker-example.jp is no part of example.jp."""
    return host == site.lower() or host.endswith(f".{site.lower()}")
