"""Documents and versions for tests, written and published through the verbs."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import factory
import typst

from apps.consultations.models import Proposal, Topic
from apps.documents import actions
from apps.documents.models import Change, Document, DocumentVersion, Stage
from apps.documents.text_splitter import split_sections
from tests.accounts.factories import DepartmentFactory

FIRST = "# 1 はじめに\n市は、公園を大切にします。\n\n# 2 公園\n公園は朝に開きます。\n\n# 3 川\n川を守ります。"
SECOND = (
    "# 1 はじめに\n市は、公園を大切にします。\n\n# 2 川\n川を守ります。\n\n"
    "# 3 公園\n公園は朝から夜まで開きます。\n\n# 4 道\n道を直します。"
)
DAY = date(2026, 6, 1)


def one_page_pdf() -> bytes:
    """A PDF with one word."""
    return typst.compile(b"draft")


def stage(code: str = "first-draft") -> Stage:
    """A stage."""
    names = {"first-draft": ("素案", 20), "interim": ("中間とりまとめ", 30), "final": ("成案", 50)}
    name, order = names[code]
    return Stage.objects.get_or_create(code=code, defaults={"name": name, "order": order})[0]


class DocumentFactory(factory.django.DjangoModelFactory):
    """A document without versions."""

    class Meta:
        model = Document

    title = factory.Sequence(lambda n: f"水と緑の計画{n + 1}")
    slug = factory.Sequence(lambda n: f"document-{n + 1}")
    summary = "水辺と公園の計画です。"
    department = factory.SubFactory(DepartmentFactory)


def draft(document: Document | None = None, text: str = FIRST, **fields: Any) -> DocumentVersion:
    """A draft with this text, dated after those that there are."""
    document = document or DocumentFactory()
    number = document.versions.count()
    fields = {"stage": stage(), "slug": f"v{number + 1}", "dated_on": DAY + timedelta(days=number), **fields}
    version = DocumentVersion.objects.create(document=document, **fields)
    if text:
        actions.take_text(version=version, drafts=split_sections(text), by=None)
    return version


def published(document: Document | None = None, text: str = FIRST, **fields: Any) -> DocumentVersion:
    """A published version."""
    version = draft(document, text, **fields)
    actions.publish_version(version=version, by=None)
    return version


def pair(
    before: str = FIRST,
    after: str = SECOND,
    reasons: Mapping[str, tuple[str, Sequence[Proposal | Topic]]] | None = None,
    document: Document | None = None,
) -> tuple[DocumentVersion, DocumentVersion]:
    """Two published versions of a document, the later one with these reasons (key → reason, causes)."""
    old = published(document, before)
    new = draft(old.document, after, base=old, stage=stage("interim"))
    for key, (reason, causes) in (reasons or {}).items():
        explain(change_of(new, key), reason, causes)
    actions.publish_version(version=new, by=None)
    return old, new


def change_of(version: DocumentVersion, key: str) -> Change:
    """The change of the section with this key."""
    return next(change for change in version.changes.for_pages() if change.key == key)


def explain(change: Change, reason: str, causes: Sequence[Proposal | Topic] = (), **fields: Any) -> None:
    """Say why, as staff do."""
    said = {"kind": change.kind, "origin": Change.Origin.VOICES if causes else Change.Origin.OFFICE, **fields}
    actions.explain_change(change=change, reason=reason, causes=causes, by=None, **said)
