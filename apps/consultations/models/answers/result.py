"""結果報告: what a consultation brought, with figures that stand as they were on the day of publication."""

import hashlib
import json
from typing import Any, Self

from django.db import models, transaction
from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.consultations.models.answers.result_statistics import BREAKDOWNS, figures_of, gone_since
from apps.consultations.models.base import ActionRefused
from apps.consultations.models.consultation import Consultation
from apps.consultations.models.proposal import Proposal
from apps.core.copies import Copied
from apps.operations.models import AuditEntry

GROUP_TITLES = {"age_band": _("年代"), "district": _("お住まいの地域"), "relation": _("調布市との関わり")}
QUOTE_KINDS = ("loud", "quiet", "differing")  # the lists of quoted voices in the figures
UNKNOWN = _("答えていない・記録なし")


class DifferingVoiceQuerySet(models.QuerySet[Any]):
    """The one write path of the mark 異なる意見."""

    def mark(self, proposals: list[Proposal], *, wanted: bool, by: Any) -> int:
        """Mark voices as differing from what most say, or take the mark off; how many changed."""
        with transaction.atomic():
            ids = [proposal.pk for proposal in proposals]
            marked = set(self.filter(proposal__in=ids).values_list("proposal_id", flat=True))
            changed = [proposal for proposal in proposals if (proposal.pk in marked) != wanted]
            if wanted:
                self.bulk_create((self.model(proposal=row) for row in changed), ignore_conflicts=True)
            else:
                self.filter(proposal__in=changed).delete()
            for row in changed:
                AuditEntry.record("mark_differing" if wanted else "unmark_differing", row, by=by)
        return len(changed)


class DifferingVoice(models.Model):
    """異なる意見: a voice that says something else than most do, or warns; staff choose it for the result report."""

    proposal = models.OneToOneField(
        Proposal, models.CASCADE, related_name="differing", verbose_name=_("アイデア・意見")
    )
    marked_at = models.DateTimeField(_("選んだ日時"), default=timezone.now)

    objects = DifferingVoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("異なる意見")
        verbose_name_plural = _("異なる意見")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.proposal)


class OtherFigures(ActionRefused):
    """What was looked at is not what would be published."""


class ResultReportQuerySet(models.QuerySet[Any]):
    """Questions about result reports."""

    def of(self, consultation: Consultation) -> Self:
        """The editions of one consultation, the newest first."""
        return self.filter(consultation=consultation).order_by("-edition")

    def quoting(self, proposal: Proposal) -> Self:
        """The editions that quote a voice, the oldest first."""
        row = [{"code": proposal.code}]
        quoted = Q(pk__in=[])
        for kind in QUOTE_KINDS:
            quoted |= Q(**{f"figures__{kind}__contains": row})
        return self.filter(quoted, consultation=proposal.consultation_id).order_by("edition")

    def repeating(self, text: Any) -> Self:
        """Those that may repeat words of a text, in what the city said to it: those of its consultation."""
        return self.filter(consultation=text.consultation_id) if isinstance(text, Proposal) else self.none()

    def edition(self, number: int | None) -> "ResultReport | None":
        """One edition, the newest without a number."""
        return (self.filter(edition=number) if number else self).first()

    def require_due(self, consultation: Consultation) -> None:
        """Refuse while proposals are taken."""
        if consultation.state not in {"counting", "answered"}:
            raise ActionRefused(_("結果報告は、受付終了の後に公表できます。"))

    def drawn_now(self, consultation: Consultation) -> "ResultReport":
        """The next edition with the figures of this moment; nothing is kept.

        Age bands, districts and relations are counted for the first edition only, and repeated by the later ones.
        """
        self.require_due(consultation)
        earlier = self.filter(consultation=consultation)
        as_of, figures = timezone.now(), figures_of(consultation)
        first = earlier.order_by("edition").first()
        if first:
            # Two editions side by side would tell who the few people are that came or went between them.
            figures["groups"] = first.figures["groups"]
        last = earlier.aggregate(n=Max("edition"))["n"] or 0
        return self.model(consultation=consultation, edition=last + 1, as_of=as_of, figures=figures)

    def publish(self, *, consultation: Consultation, by: Any, seen: str = "") -> "ResultReport":
        """Keep the figures of this moment as the next edition; earlier ones stay at their address.

        seen: the digest of the figures that were looked at. Raises OtherFigures when there are others by now.
        """
        with transaction.atomic():
            Consultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)
            report = self.drawn_now(consultation)
            if seen and seen != report.digest:
                raise OtherFigures(_("確かめているあいだに数字が変わりました。もう一度確かめてから公表してください。"))
            report.published_at = max(timezone.now(), report.as_of)
            report.save(force_insert=True)
            AuditEntry.record("publish_result", consultation, by=by, edition=report.edition)
        return report


class ResultReport(models.Model):
    """One edition of the report: its figures are frozen, the database refuses to change them; a part of what the city said
    may be struck out.

    Residents' words are not in it, only the numbers of the quoted voices: a text hidden later is not shown by an old
    edition either.
    """

    copied_words = (Copied("figures"),)

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="result_reports", verbose_name=_("テーマ")
    )
    edition = models.PositiveSmallIntegerField(_("版"))
    as_of = models.DateTimeField(_("集計時点"))
    published_at = models.DateTimeField(_("公表日時"), default=timezone.now)
    figures = models.JSONField(_("集計"))

    objects = ResultReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("結果報告")
        verbose_name_plural = _("結果報告")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "edition"], name="result_edition_once"),
            models.CheckConstraint(
                condition=Q(edition__gte=1) & Q(published_at__gte=F("as_of")), name="result_edition_dated"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consultation} 第{self.edition}版"

    def get_absolute_url(self) -> str:
        """The page of this edition, later editions or not."""
        return f"{reverse('consultations:result', args=[self.consultation.slug])}?edition={self.edition}"

    @property
    def digest(self) -> str:
        """Stands for exactly this edition and these figures."""
        plain = json.dumps([self.edition, self.figures], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(plain.encode()).hexdigest()

    def count_gone(self) -> int:
        """How many voices of its figures are hidden or withdrawn today."""
        return gone_since(self.consultation, self.as_of)

    def quotes(self) -> dict[str, dict[str, Any]]:
        """Its quoted voices by kind (loud, quiet, differing): words as they are today, counts as they were.

        A voice that is public no more is only counted, in `gone`.
        """
        codes = {row["code"] for kind in QUOTE_KINDS for row in self.figures[kind]}
        voices = {voice.code: voice for voice in Proposal.objects.public().with_codes(sorted(codes))}
        return {
            kind: {
                "rows": [{**row, "voice": voices[row["code"]]} for row in self.figures[kind] if row["code"] in voices],
                "gone": sum(row["code"] not in voices for row in self.figures[kind]),
            }
            for kind in QUOTE_KINDS
        }

    def groups(self) -> list[dict[str, Any]]:
        """Its breakdowns with the words for each group."""
        labels = dict(BREAKDOWNS)
        return [
            {
                "title": GROUP_TITLES[name],
                "rows": [(dict(labels[name].choices).get(key, UNKNOWN), n) for key, n in rows],
            }
            for name, rows in self.figures["groups"].items()
        ]
