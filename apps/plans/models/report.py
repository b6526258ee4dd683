"""年次報告書: an edition of a year's sheets as files, kept byte for byte."""

import hashlib
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.fiscal import fiscal_label
from apps.core.printing import MissingLetter
from apps.operations.models import AuditEntry
from apps.plans.models.constants import ActionRefused


class ReportQuerySet(models.QuerySet["Report"]):
    """QuerySet of Report."""

    def public(self) -> Self:
        """Return published editions."""
        return self.exclude(published_at=None)

    def of_year(self, year: int) -> Self:
        """Return a year's editions, the last first."""
        return self.filter(year=year).order_by("-edition")

    def numbered(self, edition: int | None) -> Self:
        """Return one edition; all of them without a number."""
        return self if edition is None else self.filter(edition=edition)

    def keep(
        self,
        *,
        year: int,
        content: dict[str, Any],
        files: dict[str, bytes],
        missing: list[MissingLetter],
        lost: list[MissingLetter],
        by: User | None,
    ) -> "Report":
        """Store a new edition with its files, not yet public.

        files: {kind: bytes}; missing: characters that the PDF shows as 〓, lost: those of the Shift_JIS file, as `core.printing`
        lists them.
        """
        with transaction.atomic():
            edition = self.next_edition(year)
            report = self.create(year=year, edition=edition, content=content, missing=missing, lost=lost)
            for kind, data in files.items():
                checksum = hashlib.sha256(data).hexdigest()
                report.files.create(kind=kind, content=data, size=len(data), sha256=checksum)
            AuditEntry.record("make_report", report, by=by, year=year, edition=report.edition)
        return report

    def next_edition(self, year: int) -> int:
        """Return the number after the last one, 1 for the first."""
        last = self.filter(year=year).aggregate(last=Max("edition"))["last"]
        return (last or 0) + 1


class Report(models.Model):
    """One edition of a year's report: what it was made from, when, and its files with their checksums."""

    year = models.PositiveSmallIntegerField(_("年度（西暦）"))
    edition = models.PositiveSmallIntegerField(_("版"))
    made_at = models.DateTimeField(_("作成日時"), default=timezone.now, editable=False)
    content = models.JSONField(_("内容"), editable=False)
    missing = models.JSONField(_("表示できない文字"), default=list, blank=True, editable=False)
    lost = models.JSONField(_("Shift_JISにない文字"), default=list, blank=True, editable=False)
    published_at = models.DateTimeField(_("公表日時"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("年次報告書")
        verbose_name_plural = _("年次報告書")
        ordering = ["-year", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["year", "edition"], name="report_edition_once"),
            models.CheckConstraint(condition=Q(published_by=None) | Q(published_at__isnull=False), name="report_whole"),
        ]

    def __str__(self) -> str:
        return f"{fiscal_label(self.year)} 年次報告書 第{self.edition}版"

    def get_absolute_url(self) -> str:
        """Return the URL of its page, with the edition: a permalink."""
        return f"{reverse('plans:report', args=[self.year])}?edition={self.edition}"

    def publish(self, *, by: User | None) -> None:
        """Make it public; from then on the database refuses every change. Raises ActionRefused the second time."""
        with transaction.atomic():
            report = type(self).objects.select_for_update().get(pk=self.pk)
            if report.published_at:
                raise ActionRefused(_("この版はすでに公表しています。"))
            report.published_at, report.published_by = timezone.now(), by
            report.save(update_fields=["published_at", "published_by"])
            AuditEntry.record("publish_report", report, by=by, year=report.year, edition=report.edition)
        self.refresh_from_db()


class ReportFileQuerySet(models.QuerySet["ReportFile"]):
    """QuerySet of ReportFile."""

    def without_content(self) -> Self:
        """Leave out the bytes (deferred), in the order they were made."""
        return self.defer("content").order_by("pk")


class ReportFile(models.Model):
    """A file of an edition. It lies in the database, so that the backup of one is the backup of both."""

    class Kind(models.TextChoices):
        """What it is."""

        PDF = "pdf", _("PDF（A3横・印刷用）")
        XLSX = "xlsx", _("Excel（様式とデータ）")
        CSV = "csv", _("CSV（UTF-8）")
        CSV_932 = "csv932", _("CSV（Shift_JIS）")
        DICTIONARY = "dictionary", _("CSVの項目の説明")

    report = models.ForeignKey(Report, models.CASCADE, related_name="files")
    kind = models.CharField(_("種類"), max_length=12, choices=Kind.choices)
    content = models.BinaryField(_("内容"))
    size = models.PositiveIntegerField(_("大きさ"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)

    objects = ReportFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("報告書のファイル")
        verbose_name_plural = _("報告書のファイル")
        constraints = [models.UniqueConstraint(fields=["report", "kind"], name="report_file_once")]

    def __str__(self) -> str:
        return f"{self.report} {self.get_kind_display()}"

    @property
    def url(self) -> str:
        """Return the URL under which everyone gets it."""
        names = {"pdf": "report_pdf", "xlsx": "report_xlsx", "csv": "report_csv", "csv932": "report_csv",
                 "dictionary": "report_dictionary"}  # fmt: skip
        query = "&encoding=cp932" if self.kind == self.Kind.CSV_932 else ""
        return f"{reverse('plans:' + names[self.kind], args=[self.report.year])}?edition={self.report.edition}{query}"

    @property
    def file_name(self) -> str:
        """Name for Content-Disposition."""
        endings = {
            "pdf": ".pdf",
            "xlsx": ".xlsx",
            "csv": ".csv",
            "csv932": "-sjis.csv",
            "dictionary": "-dictionary.csv",
        }
        return f"plans-{self.report.year}-{self.report.edition}{endings[self.kind]}"

    @property
    def content_type(self) -> str:
        """Return the value of the Content-Type header."""
        if self.kind == self.Kind.PDF:
            return "application/pdf"
        if self.kind == self.Kind.XLSX:
            return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return f"text/csv; charset={'shift_jis' if self.kind == self.Kind.CSV_932 else 'utf-8'}; header=present"
