"""Fields of every form and parameters of every address, given what no person types: never a 500, always a sentence, and
what is refused has changed nothing."""

import random
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings, strategies

from tests.safety.pages import TYPED, Form
from tests.safety.test_get_is_safe import crawl, rows
from tests.safety.world import City, visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet_log")]
URLENCODED = "application/x-www-form-urlencoded"
# As they travel: percent-encoded bytes, so that a lone surrogate and broken UTF-8 arrive too.
HOSTILE = {
    "empty": "",
    "nul": "a%00b",
    "override": quote("a\u202eb"),
    "surrogate": "%ED%A0%80",
    "not utf-8": "%FF%FE",
    "lines": "%0D%0A" * 10_000,
    "too long": quote("あ" * 2001),
    "script": quote("<script>alert(1)</script>"),
    "huge": "9" * 400,
    "negative": "-1",
    "square": quote("²"),
    "list": "%5B%5D",
    "quote": quote("' OR 1=1 --"),
    "elsewhere": quote("https://evil.example/"),
    "first day": "0001-01-01",
    "last day": "9999-12-31",
}
ODD_NAMES = ["%C2%B2", "%00", "%E2%80%AE", "..%2F..%2Fetc", "9" * 40, "-1", "%3Cscript%3E", "あ" * 300, "%FF"]
PARAMETERS = ["q", "sort", "question", "tag", "channel", "state", "order", "cursor", "next", "page", "p", "o", "e", "all",
              "year", "since", "until", "a-since", "b-until", "format", "posted", "commented", "_popup", "_to_field",
              "_changelist_filters"]  # fmt: skip
SPOKEN = ("data-refusal", "field__error", "error-summary", "errornote", "errorlist", "notice--", "messagelist")
WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)')
# One-click stop is pressed by mail programs, which follow no redirect, and stopping twice stops once; a pop-up of the
# admin site closes itself; every look at a sender's name or letter is on record, one more look by reloading as well; codes of
# members are told once, never behind a redirect.
IN_PLACE = re.compile(r"^/me/stop/|[?&]_popup=1|/opinion/\d+/(sender|scans/\d+)/$|/minutes/\d+/ask/$")
LONG = {"lines", "too long"}  # for text areas: sixty kilobytes in each of sixty fields would only prove a limit
FIELDS_ALONE = 3  # so many fields of a form are also tried one by one, the others as they were
STAFFS_VALUES = 2  # so many values for each form of the admin site, drawn by a fixed seed; residents' forms get all


@pytest.fixture
def city(settings: Any, tmp_path: Path) -> City:
    """One of everything."""
    settings.MEDIA_ROOT = tmp_path
    made = City()
    made.grow(1)
    return made


class Findings:
    """What went wrong, all of it, and how the tables stood before."""

    def __init__(self) -> None:
        self.before = rows()
        self.wrong: list[tuple[object, ...]] = []

    def look_at(self, answer: Any, *what: object) -> None:
        """No 500; a refusal has its sentence; no script came through."""
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        if answer.status_code >= 500:
            self.wrong.append((*what, answer.status_code, repr((getattr(answer, "exc_info", None) or [0, ""])[1])))
        elif answer.status_code >= 400 and is_page and not any(mark in answer.text for mark in SPOKEN):
            self.wrong.append((*what, answer.status_code, "says nothing"))
        if is_page and "<script>alert" in answer.text:
            self.wrong.append((*what, "a script came through"))

    def look_at_tables(self, *what: object) -> None:
        """Refusals, whose acts are not taken back, have left everything as it was."""
        after = rows()
        if changed := [table for table in after if after[table] != self.before[table]]:
            self.wrong.append((*what, "changed", changed))

    def none(self) -> bool:
        """Whether all is well; else says what is not."""
        print(*self.wrong, sep="\n")
        return not self.wrong


class Writes:
    """Which tables of residents and staff were written to while it watched."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Note the table, and do it."""
        found = WRITES.match(sql)
        if found and not found[1].startswith(("django_session", "cache_entries")):
            self.tables.add(found[1])
        return execute(sql, params, many, context)


def attempt(found: Findings, act: Callable[[], Any], *what: object) -> Any:
    """Look at the answer to an act; what was accepted has not happened afterwards, what was refused must not have."""
    mark, writes = transaction.savepoint(), Writes()
    with connection.execute_wrapper(writes):
        answer = act()
    if answer.status_code < 400:
        transaction.savepoint_rollback(mark)
    else:
        transaction.savepoint_commit(mark)
    found.look_at(answer, *what)
    is_page = answer.headers.get("Content-Type", "").startswith("text/html")
    if is_page and answer.status_code == 200 and writes.tables and not IN_PLACE.search(str(what[0])):
        found.wrong.append((*what, "wrote, and ended in no redirect: reloading would write again", writes.tables))
    return answer


def encoded(data: dict[str, list[str]]) -> str:
    """A filled form as a browser sends it."""
    return "&".join(f"{quote(name)}={quote(value)}" for name, values in data.items() for value in values)


def forms_of(browser: Client, addresses: list[str]) -> list[Form]:
    """Every form that a person meets, each once, whatever page it stands on."""
    found: dict[object, Form] = {}
    crawl(browser, addresses, lambda page: [found.setdefault(form.shape, form) for form in page.forms])
    return [form for form in found.values() if form.method == "post" and "logout" not in form.action]


def attack(browser: Client, form: Form, chance: random.Random, found: Findings) -> None:
    """All typed fields at once with each value; then some fields alone; then files where text is wanted."""
    plain = form.filled()
    is_staffs = form.action.startswith("/admin/")
    for kind in chance.sample(sorted(HOSTILE), STAFFS_VALUES) if is_staffs else HOSTILE:
        kinds = {"textarea"} if kind in LONG else TYPED
        typed = {control.name for control in form.controls if control.kind in kinds and control.name in plain}
        rest = encoded({name: values for name, values in plain.items() if name not in typed})
        send(browser, form, "&".join([rest, *(f"{quote(name)}={HOSTILE[kind]}" for name in typed)]), found, kind)
    send(browser, form, encoded(plain), found, "as it is")
    names = sorted({control.name for control in form.controls})
    for name in chance.sample(names, min(len(names), FIELDS_ALONE)):
        kind = chance.choice(sorted(HOSTILE))
        rest = encoded({other: values for other, values in plain.items() if other != name})
        send(browser, form, f"{rest}&{quote(name)}={HOSTILE[kind]}&{quote(name)}={HOSTILE[kind]}", found, name, kind)
    send_as_files(browser, form, found)
    found.look_at_tables(form.action)


def send(browser: Client, form: Form, body: str, found: Findings, *what: str) -> None:
    """Send a body to a form, and look at the answer."""
    attempt(found, lambda: browser.post(form.action, body, content_type=URLENCODED), form.action, *what)


def send_as_files(browser: Client, form: Form, found: Findings) -> None:
    """A file where text is wanted, and text where a file is wanted."""
    data: dict[str, Any] = {name: values[0] for name, values in form.filled().items()}
    for control in form.controls:
        if control.kind in TYPED and control.name in data and not control.name.endswith("_FORMS"):
            data[control.name] = SimpleUploadedFile("a\u202e.exe", b"\x00\xff<script>alert(1)</script>")
        elif control.kind == "file":
            data[control.name] = "no file"
    attempt(found, lambda: browser.post(form.action, data), form.action, "files")


def test_fields_of_every_form(city: City, sign_in: Callable[[Any], Client]) -> None:
    chance, tried = random.Random(2025), set()
    browsers = {"visitor": Client(), **{role: sign_in(city.people[role]) for role in ("resident", "superuser")}}
    found = Findings()
    for role, browser in browsers.items():
        browser.raise_request_exception = False
        addresses = [a for a in city.addresses().values() if (role == "superuser") == a.startswith("/admin/")]
        for form in forms_of(browser, addresses):
            if form.shape not in tried:
                tried.add(form.shape)
                attack(browser, form, chance, found)
    assert found.none()
    assert len(tried) > 25


def test_parameters_of_every_address(city: City, sign_in: Callable[[Any], Client]) -> None:
    resident, staff = sign_in(city.resident), sign_in(city.people["superuser"])
    found = Findings()
    for number, address in enumerate(city.addresses().values()):
        browser = staff if address.startswith("/admin/") else resident
        browser.raise_request_exception = False
        for place, (kind, value) in enumerate(HOSTILE.items()):
            if (number + place) % 7 == 0 or address.startswith("/consultations/"):
                query = "&".join(f"{name}={value[:1998]}" for name in PARAMETERS)
                asked = f"{address}?{query}&q%5B%5D=x&question=1&question=2"
                attempt(found, partial(visit, browser, asked), address, kind)
    found.look_at_tables("any of these")
    assert found.none()


def test_addresses_with_odd_names(city: City, sign_in: Callable[[Any], Client]) -> None:
    browser = sign_in(city.people["superuser"])
    browser.raise_request_exception = False
    found = Findings()
    parts = [city.asked.slug, city.own.code, str(city.comment.pk), city.tag.slug]
    named = [(address, part) for address in city.addresses().values() for part in parts if f"/{part}/" in address]
    for address, part in named:
        for odd in ODD_NAMES:
            attempt(found, partial(visit, browser, address.replace(f"/{part}/", f"/{odd}/", 1)), address, odd)
    found.look_at_tables("any of these")
    assert found.none()


@given(data=strategies.data())
@settings(max_examples=25, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_text_at_all_is_taken_or_refused_in_words(city: City, sign_in: Callable[[Any], Client], data: Any) -> None:
    browser = sign_in(city.resident)
    fields = ["body", "title", "tags", "name", "question", "age_band", "submit_key", "step", "consent"]
    body = data.draw(strategies.dictionaries(strategies.sampled_from(fields), strategies.binary(max_size=60)))
    found = Findings()
    sent = "&".join(f"{name}={quote(value)}" for name, value in body.items())
    address = f"/consultations/{city.asked.slug}/propose/"
    answer = attempt(found, lambda: browser.post(address, sent, content_type=URLENCODED), body)
    found.look_at_tables(body)
    assert answer.status_code in {200, 302, 422}
    assert found.none()
