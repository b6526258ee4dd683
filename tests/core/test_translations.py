"""Translations compile without a system gettext and keep what translators wrote."""

import os
import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from django.conf import settings

from apps.core import translations

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
ENGLISH = Path(settings.LOCALE_PATHS[0]) / "en" / "LC_MESSAGES" / "django.po"


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


def test_every_translation_keeps_the_placeholders_of_its_source() -> None:
    wrong = []
    for message in translations.read(ENGLISH):
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
