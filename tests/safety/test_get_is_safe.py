"""No GET changes a row: everything that any role can open, and every link on it, is opened, and the tables compared."""

from collections import Counter, deque
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.urls import Resolver404, resolve

from tests.safety.pages import Page
from tests.safety.world import City, visit

# Not the city's: what a browser's session holds (a code that was asked for, a sentence that was shown), and the counts
# of rate limits while Valkey is away.
BROWSERS_OWN = {"django_session", "cache_entries"}
ALIKE = 1  # so many addresses of one kind (proposals, orders of a list) are opened: the same code answers them all


def rows() -> dict[str, str]:
    """Every table with a mark that changes when any of its rows is made, changed or removed."""
    tables = [t for t in connection.introspection.table_names() if t not in BROWSERS_OWN]
    each = "SELECT '{0}', count(*)::text || md5(coalesce(string_agg(ctid::text || xmin::text, ' ' ORDER BY ctid), '')) FROM \"{0}\""
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(each.format(table) for table in tables))
        return dict(cursor.fetchall())


def crawl(client: Client, addresses: list[str], read: Callable[[Page], object] = id) -> list[str]:
    """Open these and whatever they link to, and let each page be read; what was opened."""
    waiting, seen, opened = deque(addresses), set(addresses), Counter(kind_of(address) for address in addresses)
    while waiting:
        here = waiting.popleft()
        answer = visit(client, here)
        assert answer.status_code < 500, here
        found = [answer.headers["Location"]] if answer.status_code in {301, 302} else []
        if not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html"):
            page = Page(here, answer.text)
            found += page.links
            read(page)
        for address in found:
            kind = kind_of(address)
            if address not in seen and opened[kind] < ALIKE and not urlsplit(address).netloc:
                seen.add(address)
                opened[kind] += 1
                waiting.append(address)
    return sorted(seen)


def kind_of(address: str) -> tuple[str, bool]:
    """Which code answers it, and whether it is asked for something."""
    parts = urlsplit(address)
    try:
        return resolve(parts.path).view_name, bool(parts.query)
    except Resolver404:
        return parts.path, bool(parts.query)


@pytest.mark.django_db
@pytest.mark.usefixtures("quiet_log")
def test_no_get_of_any_role_changes_a_row(sign_in: Callable[[Any], Client], settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    city = City()
    city.grow(2)
    browsers = {"visitor": Client(), **{role: sign_in(person) for role, person in city.people.items()}}
    addresses = list(city.addresses().values())
    admin = [address for address in addresses if address.startswith("/admin/")]
    public = [address for address in addresses if address not in admin]
    opens = {"secretariat": admin, "moderator": admin, "staff": addresses, "superuser": addresses}
    before = rows()
    for role, browser in browsers.items():
        opened = crawl(browser, opens.get(role, public))
        after = rows()
        assert after == before, (role, [table for table in before if before[table] != after[table]])
        assert len(opened) > 60, role


@pytest.mark.django_db
def test_the_mark_sees_every_kind_of_change() -> None:
    city = City()
    marks = [rows()["accounts_user"]]
    city.resident.save()
    marks.append(rows()["accounts_user"])
    type(city.resident).objects.filter(pk=city.resident.pk).update(nickname="ほか")
    marks.append(rows()["accounts_user"])
    assert len(set(marks)) == 3
