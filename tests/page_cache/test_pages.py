"""A kept page is the page: whoever asks after a change, or after a moment of the clock, gets what a new one would show."""

import gzip
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import brotli
import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.test import Client, RequestFactory
from django.utils import timezone

from apps.consultations import actions
from apps.consultations.models import Consultation, Proposal
from apps.core.table_reads import APART, tables_in
from apps.page_cache import middleware
from apps.page_cache.stamps import read_stamp, stamped_tables
from apps.page_cache.store import PageStore
from tests import clock
from tests.accounts.factories import UserFactory
from tests.consultations.factories import ConsultationFactory, ProposalFactory
from tests.safety.world import City, visit

pytestmark = pytest.mark.django_db
# What a browser sends besides, and the key of a page does not hold.
BESIDES = {
    "referer": "http://testserver/somewhere/?q=secret", "user-agent": "Line/1", "accept": "application/json", "origin": "null",
    "x-forwarded-for": "10.9.8.7", "x-forwarded-host": "evil.example.com", "hx-current-url": "http://testserver/elsewhere/",
    "sec-fetch-site": "cross-site", "if-modified-since": "Wed, 01 Jan 2031 00:00:00 GMT", "range": "bytes=0-10",
}  # fmt: skip
QueryChange = tuple[str, Any, dict[str, Any]]  # table, rows, what to write into them
GUESTS_OWN = "consultations:guest_"  # pages behind a passphrase
# Public pages that are made anew for each visitor, and why.
MADE_ANEW = {
    "a form with a key or a time of its own": {
        "account_login", "accounts:sign_in", "consultations:takedown", "consultations:guest", "portal:stop_digest",
        "meetings:confirm", "public_comments:submit", "public_comments:receipt", "surveys:answer", "surveys:draw",
    },
    "about this browser": {
        "account_inactive", "account_logout", "accounts:finished", "accounts:restriction", "accounts:second_factor_needed",
        "accounts:second_factor_shown", "accounts:sign_out", "consultations:takedown_done", "portal:goodbye",
        "portal:offline", "socialaccount_login_cancelled", "surveys:draw_done", "surveys:draw_left",
        "surveys:thanks", "surveys:trial",
    },
    "a file that is kept on disk, or sent in parts": {
        "analysis:png", "analysis:viewpoint_png", "consultations:attachment", "consultations:consultation_image",
        "consultations:photo", "consultations:photo_file",
        "analysis:csv", "analysis:viewpoint_csv", "consultations:proposal_image", "consultations:poster",
        "consultations:answer_table_csv", "consultations:answer_table_pdf", "consultations:answer_table_xlsx",
        "consultations:result_pdf", "council:project_sheet", "documents:file",
        "meetings:feed", "meetings:organ_ics", "meetings:meeting_ics", "meetings:paper",
        "participation:csv", "participation:xlsx", "participation:pdf",
        "public_comments:calendar", "public_comments:notice", "public_comments:paper", "public_comments:results_csv",
        "public_comments:results_xlsx", "public_comments:results_pdf", "surveys:results_csv", "surveys:results_pdf",
        "surveys:results_xlsx",
        "council:projects_csv", "council:projects_xlsx", "council:organizations_csv", "council:challenges_csv",
        "council:offers_csv", "council:matches_csv", "intake:proposals_csv", "intake:proposals_dictionary",
        "plans:sheet_image", "portal:drawing_png", "consultations:qr", "consultations:calendar",
        "consultations:answers_csv", "consultations:policy_figures_csv", "portal:indicator_csv",
    },
    "for programs": {"healthz", "readyz", "operations:metrics", "portal:manifest", "portal:robots"},
}  # fmt: skip


@pytest.fixture
def city() -> City:
    made = City()
    made.grow(2)
    return made


def cached_addresses(city: City) -> dict[str, str]:
    """The addresses of all pages that may be kept, by name."""
    return {name: at for name, at in city.addresses().items() if name.partition(" ")[0] in settings.CACHED_PAGES}


def made_anew(address: str, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """What a process without any kept page answers."""
    with monkeypatch.context() as patch:
        patch.setattr(middleware, "store", PageStore())
        return bytes(visit(Client(), address).content)


def kept(address: str) -> bytes:
    return bytes(visit(Client(), address).content)


def is_kept(address: str) -> bool:
    """Whether the next visitor's page comes from the store: it costs the question for its stamp alone."""
    with connection.execute_wrapper(counter := Counter()):
        visit(Client(), address)
    return counter.number == 1


class Counter:
    """Counts statements."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, execute: Any, *words: Any) -> Any:
        self.number += 1
        return execute(*words)


def test_every_public_page_is_kept_or_says_why_not(city: City) -> None:
    why = {name for names in MADE_ANEW.values() for name in names}
    found = {}
    for name, address in city.addresses().items():
        if name.partition(" ")[0] in why or visit(Client(), address).status_code != 200:
            continue
        found[name] = is_kept(address)
    assert {name for name, is_so in found.items() if not is_so} == set()
    assert len(found) > 50


def test_a_page_is_the_same_however_often_it_is_made(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    differing = {
        name: address
        for name, address in cached_addresses(city).items()
        if not kept(address) == kept(address) == made_anew(address, monkeypatch)
    }
    assert differing == {}


def test_a_page_depends_on_nothing_that_its_key_does_not_hold(city: City) -> None:
    differing = []
    for name, address in cached_addresses(city).items():
        plain = visit(Client(), address)
        middleware.store.clear()
        other = Client(headers=BESIDES)
        other.cookies["csrf"], other.cookies["_ga"] = "x" * 32, "GA1"
        shown = visit(other, address)
        middleware.store.clear()
        if (shown.status_code, shown.content) != (plain.status_code, plain.content):
            differing.append(name)
    assert differing == []


def possible_changes() -> Iterator[QueryChange]:
    """A change of a row of each table: a text of it, or else the row as it is."""
    for model in apps.get_models():
        row = model._default_manager.order_by("pk").first() if model._meta.managed else None
        if row is None:
            continue
        change = {model._meta.pk.attname: row.pk}
        for field in model._meta.concrete_fields:
            if type(field).__name__.endswith(("CharField", "TextField")) and not field.choices and not field.unique:
                words = f"{getattr(row, field.attname) or ''}※"
                change = {field.attname: words[-(field.max_length or 1000) :]}
                break
        yield model._meta.db_table, model._default_manager.filter(pk=row.pk), change
        for field in model._meta.concrete_fields:
            if field.column in getattr(model, "stamped_apart", ()) and not field.generated:
                plus = {field.attname: F(field.attname) + 1}
                yield f"{model._meta.db_table}{APART}", model._default_manager.filter(pk=row.pk), plus


def stored(address: str) -> middleware.Page:
    """The page as it is kept now."""
    visit(Client(), address)
    page = middleware.store.get(middleware.page_key(RequestFactory().get(address)))
    assert page is not None, address
    return page


def test_whatever_row_changes_no_page_is_older(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Change tables one after another. A page that is dropped by a change is compared just before: no other made it old."""
    addresses = cached_addresses(city)
    addresses = {name: at for name, at in addresses.items() if visit(Client(), at).status_code == 200}
    pages = {name: stored(address) for name, address in addresses.items()}
    stale, changed = [], []

    def compare(name: str) -> None:
        if pages[name].body != made_anew(addresses[name], monkeypatch):
            stale.append((name, changed[-3:]))

    for table, rows, change in possible_changes():
        dropped = [name for name, page in pages.items() if table in page.tables]
        for name in dropped if changed else []:
            compare(name)
        try:
            with transaction.atomic():
                rows.update(**change)
        except DatabaseError:  # a row that is written once
            continue
        changed.append(table)
        for name in dropped:
            assert stored(addresses[name]) is not pages[name], (table, name)
            pages[name] = stored(addresses[name])
    for name in pages:
        compare(name)
    assert stale == []
    assert len(changed) > 40


def test_a_like_leaves_the_pages_that_show_no_numbers_of_likes(city: City) -> None:
    addresses = cached_addresses(city)
    pages = {name: stored(at) for name, at in addresses.items() if visit(Client(), at).status_code == 200}
    table = Proposal._meta.db_table
    with_words = {name for name, page in pages.items() if table in page.tables}
    with_numbers = {name for name, page in pages.items() if f"{table}{APART}" in page.tables}
    assert with_numbers < with_words
    assert "consultations:proposal" in with_numbers
    before, words = read_stamp([f"{table}{APART}"]), read_stamp([table])
    actions.set_like(user=UserFactory(), proposal=city.own, wanted=True)
    assert (read_stamp([f"{table}{APART}"]) == before, read_stamp([table]) == words) == (False, True)


def test_a_statement_that_may_read_a_number_depends_on_it() -> None:
    table = Proposal._meta.db_table
    for sql, reads in (
        (f"SELECT p.title FROM {table} p", False),
        (f"SELECT count(*) FROM {table}", False),
        (f"SELECT * FROM {table}", True),
        (f"SELECT p.* FROM {table} p", True),
        (f"SELECT title FROM {table} ORDER BY like_total", True),
        (f"SELECT title FROM {table} WHERE comment_count = 0", True),
    ):
        assert (f"{table}{APART}" in tables_in(sql)) is reads, sql


def test_every_change_of_a_table_changes_its_stamp() -> None:
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}
    assert tables - stamped_tables() == {"django_session", "django_admin_log", "page_cache_tablestamp"}
    table, seen = Consultation._meta.db_table, set()
    made = ConsultationFactory()
    for act in (
        lambda: None,
        lambda: ConsultationFactory(),
        lambda: Consultation.objects.filter(pk=made.pk).update(title="別の題"),
        lambda: Consultation.objects.filter(pk=made.pk).delete(),
        lambda: connection.cursor().execute(
            "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE consultations_consultation CASCADE"
        ),
    ):
        act()
        seen.add(read_stamp([table]))
    assert len(seen) == 5


def test_what_closes_by_the_clock_is_closed_on_the_next_page(frozen_clock: Any) -> None:
    frozen_clock.move_to(clock.moment("2026-11-25"))  # midnight, when every page is made anew, is far
    asked = ConsultationFactory(slug="soon", closes_at=timezone.now() + timedelta(minutes=10, seconds=7))
    page = asked.get_absolute_url()
    assert "意見を書く" in kept(page).decode()
    frozen_clock.shift(600)
    assert is_kept(page)
    frozen_clock.shift(8)
    assert "受付は終わりました" in kept(page).decode() or "意見を書く" not in kept(page).decode()


def test_days_left_go_down_at_midnight(frozen_clock: Any) -> None:
    asked = ConsultationFactory(slug="days", closes_at=timezone.now() + timedelta(days=10))
    page = asked.get_absolute_url()
    first = kept(page).decode()
    frozen_clock.shift(24 * 3600)
    assert first != kept(page).decode()


def test_hidden_words_are_gone_and_a_like_is_there_at_once() -> None:
    proposal: Any = ProposalFactory(body="木陰のあるベンチ")
    pages = ["/", "/consultations/", proposal.consultation.get_absolute_url(), proposal.get_absolute_url()]
    for page in pages:
        kept(page)
    actions.set_like(user=UserFactory(), proposal=proposal, wanted=True)
    assert "1" in kept(proposal.get_absolute_url()).decode()
    Proposal.objects.filter(pk=proposal.pk).update(state="hidden")
    assert all("木陰のあるベンチ" not in kept(page).decode() for page in pages)


def test_somebody_with_a_trace_gets_a_page_of_their_own(sign_in: Any) -> None:
    proposal: Any = ProposalFactory()
    page = proposal.get_absolute_url()
    kept(page)
    reader = sign_in(UserFactory(nickname="ゆうひ"))
    assert "マイページ" in reader.get(page).text
    assert "マイページ" not in Client().get(page).text
    marked = Client()
    marked.cookies[settings.GUEST_COOKIE_NAME] = "x"
    assert "ETag" not in marked.get(page).headers


def test_languages_and_parts_do_not_mix() -> None:
    page = ConsultationFactory().get_absolute_url()
    ways: list[dict[str, Any]] = [
        {}, {"accept-language": "en"}, {"hx-request": "true", "hx-target": "proposals"},
    ]  # fmt: skip
    seen = set()
    for _again in range(2):
        for headers in ways:
            seen.add(Client(headers=headers).get(page).content)
        for language in ("en", "ja-x-kids", "ja-x-easy"):
            client = Client()
            client.cookies["django_language"] = language
            seen.add(client.get(page).content)
    assert len(seen) in {5, 6}


def test_a_browser_that_has_the_page_is_told_so_and_bytes_are_few() -> None:
    page = ProposalFactory().get_absolute_url()
    plain = Client().get(page)
    assert (plain.headers["Cache-Control"], plain.cookies) == ("no-cache", {})
    assert {"Cookie", "Accept-Encoding", "Accept-Language"} <= set(plain.headers["Vary"].split(", "))
    again = Client(headers={"if-none-match": plain.headers["ETag"]}).get(page)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", plain.headers["ETag"])
    for coding, unpack in (("gzip", gzip.decompress), ("br", brotli.decompress)):
        packed = Client(headers={"accept-encoding": f"{coding}, deflate"}).get(page)
        assert packed.headers["Content-Encoding"] == coding
        assert unpack(packed.content) == plain.content
        assert len(packed.content) * 3 < len(plain.content)
    refused = Client(headers={"accept-encoding": "br;q=0, gzip;q=0"}).get(page)
    assert "Content-Encoding" not in refused.headers


def test_no_page_that_is_only_read_sets_a_cookie(city: City) -> None:
    public = {
        name: address for name, address in city.addresses().items() if not name.startswith(("admin:", GUESTS_OWN))
    }
    answers = {name: visit(Client(), address) for name, address in public.items()}
    assert {
        name: answer.cookies for name, answer in answers.items() if answer.status_code == 200 and answer.cookies
    } == {}


def test_the_store_forgets_what_was_not_asked_for_longest() -> None:
    store = PageStore(most_bytes=100_000)
    far = timezone.now() + timedelta(days=1)
    for number in range(20):
        store.put(number, middleware.Page({}, b"x" * 6_000, [], 0, far))
        store.get(0)
    assert store.get(0) is not None
    assert store.get(1) is None
    assert store.get(19) is not None
    store.put("large", middleware.Page({}, b"x" * 90_000, [], 0, far))
    assert store.get("large") is None


def test_pages_of_a_day_that_is_over_do_not_stay_in_memory(frozen_clock: Any) -> None:
    store, tomorrow = PageStore(), timezone.now() + timedelta(days=1)
    store.put("of today", middleware.Page({}, b"x", [], 0, tomorrow))
    frozen_clock.shift(24 * 3600 + 1)
    store.put("new", middleware.Page({}, b"x", [], 0, tomorrow + timedelta(days=1)))
    assert (store.get("of today"), store.get("new") is None) == (None, False)
