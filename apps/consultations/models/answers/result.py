"""Result reports (結果報告): the statistics of a consultation, frozen on the day of publication."""

import hashlib
import json
from typing import Any, Self

from django.db import models, transaction
from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.consultations.models.answers.result_statistics import BREAKDOWNS, collect_statistics, count_no_longer_public
from apps.consultations.models.base import ActionRefused
from apps.consultations.models.consultation import Consultation
from apps.consultations.models.proposal import Proposal
from apps.core.copies import Copied
from apps.operations.models import AuditEntry

GROUP_TITLES = {"age_band": _("年代"), "district": _("お住まいの地域"), "relation": _("調布市との関わり")}
QUOTE_KINDS = ("loud", "quiet", "differing")  # the lists of quoted proposals in `figures`
UNKNOWN = _("答えていない・記録なし")


class DifferingVoiceQuerySet(models.QuerySet["DifferingVoice"]):
    """QuerySet of DifferingVoice."""

    def mark(self, proposals: list[Proposal], *, wanted: bool, by: User) -> int:
        """Mark proposals as differing (or remove the mark) and audit it. Return how many changed. The only way to write marks."""
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
    """A differing opinion (異なる意見): a proposal that contradicts most others, or warns; chosen by staff for the report."""

    proposal = models.OneToOneField(Proposal, models.CASCADE, related_name="differing", verbose_name=_("意見"))
    marked_at = models.DateTimeField(_("選んだ日時"), default=timezone.now)

    objects = DifferingVoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("異なる意見")
        verbose_name_plural = _("異なる意見")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.proposal)


class StatisticsChanged(ActionRefused):
    """The statistics changed between preview and publication."""


class ResultReportQuerySet(models.QuerySet["ResultReport"]):
    """QuerySet of ResultReport."""

    def for_consultation(self, consultation: Consultation) -> Self:
        """Filter the editions of one consultation, newest first."""
        return self.filter(consultation=consultation).order_by("-edition")

    def quoting(self, proposal: Proposal) -> Self:
        """Filter the editions that quote a proposal, oldest first."""
        row = [{"code": proposal.code}]
        quoted = Q(pk__in=[])
        for kind in QUOTE_KINDS:
            quoted |= Q(**{f"figures__{kind}__contains": row})
        return self.filter(quoted, consultation=proposal.consultation_id).order_by("edition")

    def repeating(self, text: models.Model) -> Self:
        """Filter reports that may hold words of the text, in replies of the city: those of its consultation."""
        return self.filter(consultation=text.consultation_id) if isinstance(text, Proposal) else self.none()

    def edition(self, number: int | None) -> "ResultReport | None":
        """Return one edition, the newest without a number, or None."""
        return (self.filter(edition=number) if number else self).first()

    def require_due(self, consultation: Consultation) -> None:
        """Raise ActionRefused while the consultation takes proposals."""
        if consultation.state not in {"counting", "answered"}:
            raise ActionRefused(_("結果報告は、受付終了の後に公表できます。"))

    def build_next(self, consultation: Consultation) -> "ResultReport":
        """Return the next edition with today's statistics, unsaved.

        Age bands, districts and relations are counted for the first edition only, and repeated by the later ones.
        """
        self.require_due(consultation)
        earlier = self.filter(consultation=consultation)
        as_of, figures = timezone.now(), collect_statistics(consultation)
        first = earlier.order_by("edition").first()
        if first:
            # Two editions side by side would tell who the few people are that came or went between them.
            figures["groups"] = first.figures["groups"]
        last = earlier.aggregate(n=Max("edition"))["n"] or 0
        return self.model(consultation=consultation, edition=last + 1, as_of=as_of, figures=figures)

    def publish(self, *, consultation: Consultation, by: User, seen: str = "") -> "ResultReport":
        """Publish today's statistics as the next edition and audit it; earlier editions keep their URLs.

        seen: the digest that was previewed (optimistic lock). Raises StatisticsChanged if the statistics differ by now.
        """
        with transaction.atomic():
            Consultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)
            report = self.build_next(consultation)
            if seen and seen != report.digest:
                raise StatisticsChanged(
                    _("確かめているあいだに数字が変わりました。もう一度確かめてから公表してください。")
                )
            report.published_at = max(timezone.now(), report.as_of)
            report.save(force_insert=True)
            AuditEntry.record("publish_result", consultation, by=by, edition=report.edition)
        return report


class ResultReport(models.Model):
    """One edition of the report. Its statistics are immutable except for redaction of what the city said, by a trigger.

    It holds no texts of residents, only the codes of quoted proposals: a text hidden later is not shown by an old edition.
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
        """Return the URL of this edition."""
        return f"{reverse('consultations:result', args=[self.consultation.slug])}?edition={self.edition}"

    @property
    def digest(self) -> str:
        """Return a hash of edition number and statistics."""
        plain = json.dumps([self.edition, self.figures], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(plain.encode()).hexdigest()

    def count_no_longer_public(self) -> int:
        """Return how many counted proposals are hidden or withdrawn today."""
        return count_no_longer_public(self.consultation, self.as_of)

    def quotes(self) -> dict[str, dict[str, Any]]:
        """Return quoted proposals by kind (loud, quiet, differing): texts as they are today, counts as frozen.

        Proposals that are not public any more are only counted, in "gone".
        """
        codes = {row["code"] for kind in QUOTE_KINDS for row in self.figures[kind]}
        proposals = {proposal.code: proposal for proposal in Proposal.objects.public().by_codes(sorted(codes))}
        return {
            kind: {
                "rows": [
                    {**row, "voice": proposals[row["code"]]} for row in self.figures[kind] if row["code"] in proposals
                ],
                "gone": sum(row["code"] not in proposals for row in self.figures[kind]),
            }
            for kind in QUOTE_KINDS
        }

    def groups(self) -> list[dict[str, Any]]:
        """Return its breakdowns with the label of each group."""
        labels = dict(BREAKDOWNS)
        return [
            {
                "title": GROUP_TITLES[name],
                "rows": [(dict(labels[name].choices).get(key, UNKNOWN), n) for key, n in rows],
            }
            for name, rows in self.figures["groups"].items()
        ]
