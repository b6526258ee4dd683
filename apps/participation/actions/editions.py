"""Publish the report of a year as the next frozen edition."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.operations.models import AuditEntry
from apps.participation.models import ActionRefused, ParticipationEdition, ParticipationYear
from apps.participation.services.publication_check import missing_for_publication
from apps.participation.services.report_figures import next_edition


@transaction.atomic
def publish_edition(
    *, year: ParticipationYear, by: User | None, seen: str = "", note: str = ""
) -> ParticipationEdition:
    """Publish the report of a year. Raise ActionRefused with the reason.

    seen: the digest that was previewed (optimistic lock); note: what a later edition corrects.
    """
    locked = ParticipationYear.objects.select_for_update().get(pk=year.pk)
    if missing := missing_for_publication(locked):
        raise ActionRefused(_("公表に必要なものがそろっていません。"), missing)
    edition = next_edition(locked)
    if seen and seen != edition.digest:
        raise ActionRefused(_("確かめているあいだに内容が変わりました。もう一度確かめてから公表してください。"))
    if edition.edition > 1 and not note.strip():
        raise ActionRefused(_("報告書を直すときは、何を直したかを書いてください。"))
    edition.note = note.strip() if edition.edition > 1 else ""
    edition.save(force_insert=True)
    AuditEntry.record("publish_participation", locked, by=by, edition=edition.edition)
    return edition
