"""Write the sections of a draft: from a text as a whole, or one by one. Each writing works the list of changes out anew."""

import re
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.text import fold
from apps.documents.comparison import likeness
from apps.documents.models import ActionRefused, Change, DocumentVersion, Section
from apps.documents.models.section import BODY_MOST
from apps.documents.services.version_comparison import pair_sections
from apps.documents.text_splitter import Draft
from apps.operations.models import AuditEntry

MOST_SECTIONS = 300
ALIKE = 0.6  # from this share of common words on a section without its former heading is still the same
OWN_KEY = re.compile(r"s(\d+)")
STEP = 10


def get_draft(version: DocumentVersion) -> DocumentVersion:
    """Return the version locked; raise ActionRefused once it is published."""
    locked = version.get_for_update()
    if locked.is_published:
        raise ActionRefused(_("公表した版の文は変えられません。誤りは、訂正版を作って直してください。"))
    return locked


@transaction.atomic
def take_text(*, version: DocumentVersion, drafts: Sequence[Draft], by: User | None) -> None:
    """Replace the sections of a draft by these; a section that is known again keeps its key, its row and its reasons."""
    locked = get_draft(version)
    check_drafts(drafts)
    own = list(locked.sections.in_order())
    keys = keys_for(locked, drafts, own)
    by_key = {section.key: section for section in own}
    locked.sections.exclude(key__in=keys).delete()
    for place, (key, draft) in enumerate(zip(keys, drafts, strict=True), start=1):
        section = by_key.get(key) or Section(version=locked, key=key)
        section.level, section.number, section.heading = draft.level, draft.number, draft.heading
        section.body, section.order, section.edition = draft.body, place * STEP, section.edition + 1
        section.full_clean(exclude=["version"])
        section.save()
    work_out_changes(locked)
    AuditEntry.record("take_text", locked, by=by, sections=len(drafts))


def check_drafts(drafts: Sequence[Draft]) -> None:
    """Raise ActionRefused when these cannot be the sections of a version."""
    if not drafts:
        raise ActionRefused(_("見出しも本文も見つかりません。文を入れてください。"))
    if len(drafts) > MOST_SECTIONS:
        raise ActionRefused(_("節が多すぎます（%(most)d節まで）。文書を分けてください。") % {"most": MOST_SECTIONS})
    if any(not draft.heading for draft in drafts):
        raise ActionRefused(_("最初の見出しより前に文があります。その文にも見出しを付けてください。"))
    too_long = [draft.heading for draft in drafts if len(draft.body) > BODY_MOST]
    if too_long:
        raise ActionRefused(_("本文が長すぎる節があります。見出しを付けて分けてください。"), too_long)


def keys_for(version: DocumentVersion, drafts: Sequence[Draft], own: Sequence[Section]) -> list[str]:
    """Return a key for each section: that of the section it was, in this version or the one before, else a new one."""
    base = list(version.base.sections.in_order()) if version.base else []
    own_keys = {section.key for section in own}
    candidates = [*own, *(section for section in base if section.key not in own_keys)]
    keys: dict[int, str] = {}
    for rule in (_same_heading_and_level, _same_heading, _resembles):
        for place, draft in enumerate(drafts):
            section = next((one for one in candidates if place not in keys and rule(one, draft)), None)
            if section is not None:
                keys[place] = section.key
                candidates.remove(section)
    used = Section.objects.filter(version__document=version.document).values_list("key", flat=True)
    last = max((int(match[1]) for key in used if (match := OWN_KEY.fullmatch(key))), default=0)
    for place in range(len(drafts)):
        if place not in keys:
            last += 1
            keys[place] = f"s{last}"
    return [keys[place] for place in range(len(drafts))]


def _same_heading_and_level(section: Section, draft: Draft) -> bool:
    return section.level == draft.level and _same_heading(section, draft)


def _same_heading(section: Section, draft: Draft) -> bool:
    return fold(section.heading) == fold(draft.heading)


def _resembles(section: Section, draft: Draft) -> bool:
    return bool(section.body and draft.body) and likeness(section.body, draft.body) >= ALIKE


@transaction.atomic
def reword_section(*, section: Section, edition: int, values: dict[str, Any], by: User) -> None:
    """Store a section of a draft. Raise ActionRefused when somebody stored another wording since (optimistic lock)."""
    locked = get_draft(section.version)
    stored = Section.objects.select_for_update().get(pk=section.pk)
    if stored.edition != edition:
        raise ActionRefused(
            _("書いている間に、ほかの人がこの節を保存しました。新しい画面で開き、内容を確かめて直してください。")
        )
    for name, value in values.items():
        setattr(stored, name, value)
    stored.edition += 1
    stored.save()
    work_out_changes(locked)
    AuditEntry.record("reword_section", locked, by=by, key=stored.key)


@transaction.atomic
def remove_section(*, section: Section, by: User) -> None:
    """Delete a section of a draft; what stood in the version before is then listed as removed."""
    locked = get_draft(section.version)
    AuditEntry.record("remove_section", locked, by=by, key=section.key)
    section.delete()
    work_out_changes(locked)


@transaction.atomic
def refresh_changes(*, version: DocumentVersion) -> None:
    """Work the list of changes out anew after the facts of a draft changed (another base)."""
    work_out_changes(get_draft(version))


@transaction.atomic
def work_out_changes(version: DocumentVersion) -> None:
    """Bring the list of changes in line with the sections; reasons and causes of what is still a change stay."""
    pairs = pair_sections(version.base.sections.in_order(), version.sections.in_order()) if version.base else []
    known = {(change.from_section_id, change.to_section_id): change for change in version.changes.all()}
    for pair in pairs:
        if pair.is_same:
            continue
        ends = (pair.before.pk if pair.before else None, pair.after.pk if pair.after else None)
        change = known.pop(ends, None) or Change(version=version, from_section_id=ends[0], to_section_id=ends[1])
        if not (change.kind == Change.Kind.WORDING and pair.kind == Change.Kind.EDITED):
            change.kind = pair.kind
        change.is_moved = pair.is_moved
        change.save()
    version.changes.filter(pk__in=[change.pk for change in known.values()]).delete()
