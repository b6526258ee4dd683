"""Extract and compile translations with Babel, without a system gettext."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
WIDTH = 118
# Japanese in other words holds only the sentences that were rewritten: what is missing is read in the language after it,
# at the end in the Japanese of the source.
REWRITTEN = {"ja_X-easy": "", "ja_X-kids": "ja_X-easy"}


def compile_all(folder: Path) -> list[Path]:
    """Compile every django.po below the folder whose django.mo is missing or older. Return the written files."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        after = folder / REWRITTEN.get(source.parent.parent.name, "") / "LC_MESSAGES" / "django.po"
        newest = max(path.stat().st_mtime for path in (source, after) if path.exists())
        if target.exists() and target.stat().st_mtime >= newest:
            continue
        catalog = read(source)
        for message in read(after) if after.exists() else ():
            if message.id and catalog.get(message.id, message.context) is None:
                catalog[message.id] = message
        unfinished = target.with_suffix(".mo.new")
        with unfinished.open("wb") as file:
            write_mo(file, catalog, use_fuzzy=False)
        unfinished.replace(target)
        written.append(target)
    return written


def read(path: Path) -> Catalog:
    """Return the catalogue of a django.po; its language is the name of its folder."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name.partition("_")[0], domain="django")


def collect(root: Path) -> Catalog:
    """Return a catalogue of all translatable strings of templates and Python, with the files they are in."""
    found = Catalog(domain="django", charset="utf-8")
    for path in sorted([*(root / "templates").rglob("*.html"), *(root / "templates").rglob("*.txt")]):
        # Blanked-out markup keeps its indentation, which Python's tokenizer would take for blocks.
        code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        lines = "\n".join(line.lstrip() for line in code.split("\n"))
        add_messages(found, lines.encode(), path.relative_to(root))
    for path in sorted([*(root / "apps").rglob("*.py"), *(root / "chofu_cocreation").rglob("*.py")]):
        if "migrations" not in path.parts:
            add_messages(found, path.read_bytes(), path.relative_to(root))
    return found


def add_messages(found: Catalog, code: bytes, path: Path) -> None:
    """Add the strings of one file to the catalogue."""
    options = {"encoding": "utf-8"}
    for line, message, comments, context in extract("python", BytesIO(code), KEYWORDS, options=options):
        found.add(message, locations=[(path.as_posix(), line)], auto_comments=comments, context=context)


def _only(collected: Catalog, catalog: Catalog) -> Catalog:
    """Return the collected strings that the catalogue has, and those of Django itself (in English) that it rewrites."""
    found = Catalog(domain="django", charset="utf-8")
    for message in collected:
        if message.id and catalog.get(message.id, message.context) is not None:
            found[message.id] = message
    for message in catalog:
        if message.id and str(message.id).isascii():
            found[message.id] = message
    return found


def new_catalog(language: str) -> Catalog:
    """Return an empty catalogue with a complete header."""
    project = "chofu-cocreation"
    header = f"# {project}: translations from Japanese ({language})."
    return Catalog(
        locale=language, header_comment=header, project=project, version="1", last_translator="chofu-cocreation",
        language_team=language, msgid_bugs_address=settings.SITE_URL, revision_date=datetime.now(UTC), fuzzy=False,
    )  # fmt: skip


def update(path: Path, collected: Catalog) -> tuple[int, int]:
    """Update a django.po, keeping header and translations. Return (number of strings, number untranslated).

    Of a language that rewrites Japanese only strings that are still used stay; none is added. Written sorted and without
    line numbers, so that a change of one page changes only its own strings.
    """
    name = path.parent.parent.name
    catalog = read(path) if path.exists() else new_catalog(name.partition("_")[0])
    if name in REWRITTEN:
        collected = _only(collected, catalog)
    catalog.update(collected, no_fuzzy_matching=True, update_creation_date=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=WIDTH, sort_output=True, ignore_obsolete=True, include_lineno=False)
    missing = [m for m in catalog if m.id and not (all(m.string) if isinstance(m.string, tuple) else m.string)]
    return len(catalog), len(missing)
