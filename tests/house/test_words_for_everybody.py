"""What is heard instead of seen: languages, titles, names of controls, moments; on every page that there is."""

import itertools
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from apps.core.language_marks import JAPANESE, LATIN, VOID, mark_japanese
from tests.consultations.factories import ConsultationFactory, ProposalFactory
from tests.safety.pages import Page
from tests.safety.world import City, visit

pytestmark = pytest.mark.django_db
MOMENT = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d([+-]\d\d:\d\d|Z))?)?)?")
HEARD = ("alt", "aria-label", "placeholder", "title")
CONTROLS = {"input", "select", "textarea"}
UNNAMED = {"hidden", "submit", "button", "reset", "image"}


class Heard(HTMLParser):
    """Reads a page as a screen reader does."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.stack: list[tuple[str, bool]] = [("", False)]
        self.foreign: list[str] = []
        self.moments: list[str] = []
        self.controls: list[dict[str, str]] = []
        self.labels: set[str] = set()
        self.levels: list[int] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        lang = given.get("lang", "")
        is_japanese = lang.startswith("ja") if lang else self.stack[-1][1]
        # A sentence in an attribute that names something Japanese has no parts that could be marked.
        heard = [given[name] for name in HEARD if name in given and not LATIN.search(given[name])]
        self.foreign += [words for words in heard if not is_japanese and JAPANESE.search(words)]
        if "datetime" in given:
            self.moments.append(given["datetime"])
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag == "label":
            self.labels.add(given.get("for", ""))
        if tag in CONTROLS and given.get("type") not in UNNAMED:
            self.controls.append(
                given | {"inside label": "yes" if any(name == "label" for name, _ in self.stack) else ""}
            )
        if tag not in VOID:
            self.stack.append((tag, is_japanese))

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self.stack) - 1, 0, -1):
            if self.stack[depth][0] == tag:
                del self.stack[depth:]
                return

    def handle_data(self, data: str) -> None:
        if not self.stack[-1][1] and self.stack[-1][0] not in {"script", "style"} and JAPANESE.search(data):
            self.foreign.append(data.strip())

    @property
    def skips_a_level(self) -> bool:
        """Whether a heading stands two levels below the one before (HTML, 4.3.11): who listens looks for what is missing."""
        return any(level > before + 1 for before, level in itertools.pairwise([0, *self.levels]))

    @property
    def nameless(self) -> list[dict[str, str]]:
        named = ("aria-label", "aria-labelledby", "title", "inside label")
        return [c for c in self.controls if not any(c.get(name) for name in named) and c.get("id") not in self.labels]


@pytest.fixture
def city() -> City:
    made = City()
    made.grow(2)
    return made


def pages(city: City, client: Client) -> Iterator[tuple[str, str]]:
    for name, address in city.addresses().items():
        answer = visit(client, address)
        if not answer.streaming and answer.headers["Content-Type"].startswith("text/html"):
            yield name, answer.text


def test_on_english_pages_every_japanese_word_says_that_it_is_japanese(
    city: City, sign_in: Callable[..., Client]
) -> None:
    browsers = {
        "visitor": Client(),
        **{role: sign_in(city.people[role]) for role in ("resident", "council", "superuser")},
    }
    wrong: dict[str, tuple[str, str]] = {}
    for role, browser in browsers.items():
        browser.cookies["django_language"] = "en"
        for name, text in pages(city, browser):
            wrong |= dict.fromkeys(Heard(text).foreign, (role, name))
    assert not list(wrong.items())[:20]


def test_every_control_has_a_name_and_every_moment_is_one_that_programs_read(
    city: City, sign_in: Callable[..., Client]
) -> None:
    nameless, moments, skipping = {}, {}, []
    for name, text in pages(city, sign_in(city.people["superuser"])):
        heard = Heard(text)
        if heard.skips_a_level and not name.startswith("admin:"):
            skipping.append(name)
        if heard.nameless:
            nameless[name] = heard.nameless[:3]
        if wrong := [moment for moment in heard.moments if not MOMENT.fullmatch(moment)]:
            moments[name] = wrong[:3]
    assert not nameless
    assert not moments
    assert not skipping


def test_every_form_of_a_session_carries_its_token_and_no_other(city: City, sign_in: Callable[..., Client]) -> None:
    ended = sign_in(city.resident)
    ended.post("/guest/", {"code": "C26-0001", "passphrase": "x", "shared_terminal": "1"})
    for browser, has_token in ((Client(), False), (ended, True)):
        for name, text in pages(city, browser):
            has_session = has_token or settings.SESSION_COOKIE_NAME in browser.cookies
            for form in Page(name, text).forms:
                is_marked = "csrfmiddlewaretoken" in form.names
                assert form.method != "post" or is_marked == has_session, (name, form.action)
            if not has_token:
                browser.cookies.clear()
    assert "end-use" in ended.get("/terms/").text


def test_templates_write_moments_in_one_way() -> None:
    for path in Path(settings.BASE_DIR / "templates").rglob("*.html"):
        assert 'date:"c"' not in path.read_text(encoding="utf-8"), path


@pytest.mark.parametrize(
    ("page", "marked"),
    [
        ("<h1>公園</h1>", '<h1 lang="ja">公園</h1>'),
        ("<p>Question: 公園で（何を）？ (2)</p>", '<p>Question: <span lang="ja">公園で（何を）？</span> (2)</p>'),
        ('<p lang="ja">公園</p><p>川</p>', '<p lang="ja">公園</p><p lang="ja">川</p>'),
        ('<a title="a>b" href="/x">公園 &amp; 川</a>', '<a title="a>b" href="/x" lang="ja">公園 &amp; 川</a>'),
        ("<title>公園 - Chofu</title>", '<title lang="ja">公園 - Chofu</title>'),
        ('<img alt="公園"><input value="park">', '<img alt="公園" lang="ja"><input value="park">'),
        ('<script>"公園"</script><!-- 公園 -->', '<script>"公園"</script><!-- 公園 -->'),
        ("1 < 2 公園", '1 < 2 <span lang="ja">公園</span>'),
        ("<p>park</p>", "<p>park</p>"),
    ],
)
def test_japanese_is_marked_where_it_stands(page: str, marked: str) -> None:
    assert mark_japanese(page) == marked


def test_a_title_begins_with_what_happened(sign_in: Callable[..., Client]) -> None:
    voice = ProposalFactory(consultation=ConsultationFactory(slug="parks", allows_guests=True))
    browser = sign_in(voice.author)
    failed = browser.post("/consultations/parks/propose/", {"body": ""})
    assert "<title>エラー：意見を書く" in failed.text
    assert "<title>エラー：" in Client().post("/takedown/", {}).text
    assert "<title>エラー：" in Client().post("/accounts/login/", {"email": "x"}).text
    done = browser.post("/consultations/parks/follow/", {"wanted": "1"}, follow=True)
    assert "<title>完了：フォローしました。" in done.text
    assert re.search(r'class="messages"[^>]* tabindex="-1" autofocus', done.text)
    assert "<title>意見を書く" in browser.get("/consultations/parks/propose/").text


def test_parts_that_change_say_what_they_hold(sign_in: Callable[..., Client]) -> None:
    voice = ProposalFactory(consultation=ConsultationFactory(slug="parks"), body="木陰のあるベンチがほしい")
    browser, page = sign_in(voice.author), "/consultations/parks/"
    part = {"HX-Request": "true", "HX-Target": "proposals"}
    assert 'data-announce="あてはまる意見は1件です。"' in browser.get(page, {"q": "木陰"}, headers=part).text
    assert 'data-announce="あてはまる意見は見つかりませんでした。"' in browser.get(page, {"q": "駅"}, headers=part).text
    similar = browser.post(f"{page}similar/", {"body": voice.body}, headers={"HX-Request": "true"}).text
    assert 'data-announce-once="似た意見が1件あります。"' in similar
    none = browser.post(f"{page}similar/", {"body": "まったく別の話題を書く"}, headers={"HX-Request": "true"}).text
    assert 'data-announce-once="似た意見は見つかりませんでした。"' in none


def test_whatever_page_has_parts_to_load_has_the_script_for_it(city: City, sign_in: Callable[..., Client]) -> None:
    without = []
    for browser in (Client(), sign_in(city.resident)):
        for name, text in pages(city, browser):
            has_parts, has_script = (
                re.search(r"\sdata-hx-(get|post|trigger)=", text),
                "django_htmx/" in text.partition("</head>")[0],
            )
            assert has_script or not has_parts, name
            if not has_script:
                without.append(name)
    assert "portal:home" in without
