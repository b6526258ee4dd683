"""Whatever stands in a text column, every file that leaves the portal can be read: feeds, pictures, tables, papers."""

import csv
import io
import json
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.db.models import Value
from django.db.models.functions import Cast, Concat
from django.test import Client
from pypdf import PdfReader

from apps.accounts.models import User
from apps.consultations.models import Comment, Proposal, ResultReport
from tests.accounts.factories import make_secretariat
from tests.consultations.factories import ConsultationFactory, ProposalFactory
from tests.safety.world import City, visit

pytestmark = pytest.mark.django_db
# Markup, quotes, the end of CDATA, other scripts, a family emoji, a line separator: all of them may be typed.
TYPED = "<b a='1'>&amp;]]>\"😀👨‍👩‍👧‍👦 한국어 العربية\u2028末"
WITH_WORDS = {"accounts", "analysis", "consultations", "council", "plans", "vision"}
NOT_WORDS = (models.SlugField, models.EmailField, models.URLField, models.FileField)


def text_columns(model: type[models.Model]) -> list[models.Field]:
    """The columns of a model that people fill: those with a Japanese name, which are no key, choice or address."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, NOT_WORDS)
        and not (field.choices or field.unique or field.generated)
        and not str(field.verbose_name).isascii()
    ]


def type_into_everything() -> set[str]:
    """Put the text into every such column that holds words, as far as there is room; which columns took it."""
    took = set()
    for model in apps.get_models():
        for field in text_columns(model) if model._meta.app_label in WITH_WORDS else []:
            rows = model._default_manager.exclude(**{field.name: ""})
            try:
                with transaction.atomic():
                    changed = rows.update(**{field.name: TYPED[: field.max_length or len(TYPED)]})
            except DatabaseError:  # written once, and guarded: it stays as it is
                continue
            if changed:
                took.add(f"{model.__name__}.{field.name}")
    return took


def read(kind: str, content: bytes) -> None:
    """Read a file as its readers do; raises when it cannot be read."""
    if kind.partition(";")[0].endswith(("+xml", "/xml")):
        ElementTree.fromstring(content)
    elif kind.startswith("application/pdf"):
        assert "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    elif "spreadsheetml" in kind:
        list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    elif kind.startswith("text/csv"):
        encoding = "cp932" if "shift_jis" in kind else "utf-8-sig"
        rows = list(csv.reader(io.StringIO(content.decode(encoding), newline="")))
        assert len({len(row) for row in rows}) == 1
    elif "json" in kind:
        json.loads(content)


def test_every_file_can_be_read_whatever_was_typed(settings: Any, tmp_path: Path, quiet_log: None) -> None:
    settings.MEDIA_ROOT = tmp_path
    city = City()
    city.grow(2)
    over = ConsultationFactory(closed=True, slug="over")
    ProposalFactory.create_batch(3, consultation=over, title="見出し")
    ResultReport.objects.publish(consultation=over, by=make_secretariat())
    took = type_into_everything()
    assert {"Proposal.body", "Proposal.title", "Consultation.title", "Project.title"} <= took
    browser, kinds = Client(), Counter[str]()
    addresses = {*city.addresses().values(), "/consultations/over/result/result.pdf", "/consultations/over/result.pdf"}
    for address in sorted(address for address in addresses if not address.startswith("/admin/")):
        answer = visit(browser, address)
        assert answer.status_code < 500, address
        kind = answer.headers.get("Content-Type", "")
        if answer.status_code == 200 and not kind.startswith("text/html"):
            try:
                read(kind, answer.read if answer.streaming else answer.content)
            except Exception as error:
                raise AssertionError(f"{address}: {error}") from error
            kinds[kind.partition(";")[0]] += 1
    for kind in ("application/atom+xml", "image/svg+xml", "application/pdf", "text/csv"):
        assert kinds[kind], kinds


def test_a_feed_keeps_the_lines_of_a_text() -> None:
    voice = ProposalFactory(body="一行目\n<b>二行目</b>\n\n別の段落")
    content = Client().get(f"{voice.consultation.get_absolute_url()}feed.atom").content
    summary = ElementTree.fromstring(content).find("atom:entry/atom:summary", {"atom": "http://www.w3.org/2005/Atom"})
    assert summary is not None
    assert summary.get("type") == "html"
    first, second = '<p dir="auto">一行目<br>&lt;b&gt;二行目&lt;/b&gt;</p>', '<p dir="auto">別の段落</p>'
    assert summary.text == first + second


class Directions(HTMLParser):
    """Finds the texts of a page that hold `words` and stand in no element that finds its own direction."""

    NO_TEXT = ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
    BY_ITSELF = ("bdi", "title", "textarea", "option", "script", "style")  # or not part of a line of the page

    def __init__(self, text: str, words: str) -> None:
        super().__init__()
        self.words, self.found, self._within = words, [], []  # type: ignore[var-annotated]
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.NO_TEXT:
            self._within.append((tag, tag in self.BY_ITSELF or ("dir", "auto") in attrs))

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.words in data and not any(alone for _tag, alone in self._within):
            self.found.append(data.strip()[:60])


def test_words_of_residents_find_their_own_direction(sign_in: Any, quiet_log: None) -> None:
    """Hebrew or Arabic reads from the right, and the line around it stays as it is."""
    words = "שלום"
    city = City()
    city.grow(2)
    Proposal.objects.update(title=words, body=f"{words} 水辺の公園", public_name=words)
    Comment.objects.update(body=words, public_name=words)
    User.objects.update(nickname=Concat(Value(words), Cast("pk", models.TextField())))
    browser, stray, seen = sign_in(city.resident), {}, 0
    for address in sorted(set(city.addresses().values())):
        answer = visit(browser, address)
        if answer.status_code == 200 and answer.headers.get("Content-Type", "").startswith("text/html"):
            text = answer.content.decode()
            seen += words in text
            if found := Directions(text, words).found:
                stray[address] = found
    assert seen > 20
    assert not stray, "\n".join(f"{a} {b}" for a, b in stray.items())
