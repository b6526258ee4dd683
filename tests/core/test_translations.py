"""Translations compile without a system gettext and keep what translators wrote."""

import gettext
import os
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from django.conf import settings

from apps.core import translations

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
ENGLISH, EASY, KIDS = (
    Path(settings.LOCALE_PATHS[0]) / name / "LC_MESSAGES" / "django.po" for name in ("en", "ja_X-easy", "ja_X-kids")
)


def test_the_english_file_compiles_and_an_unchanged_one_is_skipped(tmp_path: Path) -> None:
    copy = tmp_path / "en" / "LC_MESSAGES" / "django.po"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(ENGLISH.read_bytes())
    assert translations.compile_all(tmp_path) == [copy.with_suffix(".mo")]
    assert translations.compile_all(tmp_path) == []
    os.utime(copy, (copy.stat().st_atime, copy.with_suffix(".mo").stat().st_mtime + 5))
    assert translations.compile_all(tmp_path)
    with copy.with_suffix(".mo").open("rb") as file:
        assert read_mo(file).get("コメント")


@pytest.mark.parametrize("path", [ENGLISH, EASY, KIDS])
def test_every_translation_keeps_the_placeholders_of_its_source(path: Path) -> None:
    wrong = []
    for message in translations.read(path):
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        wanted = set(PLACEHOLDER.findall(ids[-1]))
        wrong += [ids[0] for text in texts if ids[0] and text and set(PLACEHOLDER.findall(text)) - wanted]
        if texts[-1] and ids[0] and wanted - set(PLACEHOLDER.findall(texts[-1])):
            wrong.append(ids[0])
    assert not wrong


def test_every_string_of_pages_and_python_has_its_english() -> None:
    """A new string fails here: run manage.py collect_messages and write its English into the file."""
    english = translations.read(ENGLISH)
    missing = []
    for message in translations.collect(settings.BASE_DIR):
        found = english.get(message.id, message.context)
        texts = found.string if found and isinstance(found.string, tuple) else (found and found.string,)
        if message.id and not all(texts):
            missing.append(message.id)
    assert not missing


def test_templates_and_python_are_read_and_translations_stay(tmp_path: Path) -> None:
    page, module = tmp_path / "templates" / "page.html", tmp_path / "apps" / "word.py"
    page.parent.mkdir()
    module.parent.mkdir()
    page.write_text(
        '<div>\n    {% translate "はじめに" %}\n  {% blocktranslate trimmed with n=3 %}\n'
        "     あと{{ n }}日\n  {% endblocktranslate %}\n</div>",
        encoding="utf-8",
    )
    module.write_text('from x import gettext_lazy as _\nWORD = _("ことば")\n', encoding="utf-8")
    path = tmp_path / "locale" / "en" / "LC_MESSAGES" / "django.po"
    assert translations.update(path, translations.collect(tmp_path)) == (3, 3)
    translated: Catalog = translations.read(path)
    translated["ことば"].string = "Word"
    with path.open("wb") as file:
        translations.write_po(file, translated)
    module.write_text('from x import gettext_lazy as _\nWORDS = [_("ことば"), _("文")]\n', encoding="utf-8")
    assert translations.update(path, translations.collect(tmp_path)) == (4, 3)
    assert translations.read(path)["ことば"].string == "Word"
    assert {m.id for m in translations.read(path) if m.id} == {"はじめに", "あと%(n)s日", "ことば", "文"}


@pytest.mark.parametrize("path", [EASY, KIDS])
def test_what_is_said_in_other_japanese_is_still_said(path: Path) -> None:
    """A sentence that was changed at its source fails here: rewrite it in the file too, or take it out."""
    source = translations.collect(settings.BASE_DIR)
    rewritten = [m for m in translations.read(path) if m.id and not str(m.id).isascii()]
    assert len(rewritten) >= 20
    assert [m.id for m in rewritten if source.get(m.id, m.context) is None] == []
    assert [m.id for m in rewritten if not (all(m.string) if isinstance(m.string, tuple) else m.string)] == []


def test_words_for_children_that_are_missing_are_read_in_the_easy_ones(tmp_path: Path) -> None:
    for name, words in (("ja_X-easy", {"意見": "考え", "市": "調布市"}), ("ja_X-kids", {"意見": "きみの考え"})):
        catalog = translations.new_catalog("ja")
        for source, written in words.items():
            catalog.add(source, written)
        path = tmp_path / name / "LC_MESSAGES" / "django.po"
        path.parent.mkdir(parents=True)
        with path.open("wb") as file:
            translations.write_po(file, catalog)
    kids = tmp_path / "ja_X-kids" / "LC_MESSAGES" / "django.mo"
    assert kids in translations.compile_all(tmp_path)
    with kids.open("rb") as file:
        read = gettext.GNUTranslations(file)
    assert (read.gettext("意見"), read.gettext("市"), read.gettext("町")) == ("きみの考え", "調布市", "町")
    easy = tmp_path / "ja_X-easy" / "LC_MESSAGES" / "django.po"
    os.utime(easy, (easy.stat().st_atime, kids.stat().st_mtime + 5))
    assert kids in translations.compile_all(tmp_path), "a change of the easy words reaches the children"


def test_an_update_keeps_the_rewritten_sentences_that_are_used_and_adds_none(tmp_path: Path) -> None:
    catalog, source = translations.new_catalog("ja"), Catalog(domain="django")
    for words in ("残る", "消える", "This field is required."):
        catalog.add(words, "ことば")
    source.add("残る")
    source.add("新しい")
    path = tmp_path / "ja_X-easy" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        translations.write_po(file, catalog)
    translations.update(path, source)
    assert {m.id for m in translations.read(path) if m.id} == {"残る", "This field is required."}
