"""Background jobs of intake, run by operations.Job: check a file, import it, withdraw a batch, write an export."""

import time
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from apps.consultations.models import Batch, Consultation
from apps.core.spreadsheet import Changes, Column, TooLarge, Unreadable, csv_file, write_xlsx
from apps.intake import actions
from apps.intake.services.exports import EXPORTS
from apps.intake.services.import_plan import Plan, plan_import
from apps.intake.services.row_reader import ODD, SAME, ImportRowReader
from apps.operations.models import Job, JobFailed

CALL_SECONDS = 120.0  # a job that takes longer continues in another call
LISTED_PROBLEMS, LISTED_ROWS = 200, 10
COUNTED = ("rows", "added", "updated", "unchanged", "bad", "left")
REPORT = [
    Column("kind", "種類", "読めない行、お確かめいただく行、更新される意見のいずれか"),
    Column("row", "行", "行の番号"),
    Column("column", "列", "列の名前"),
    Column("reason", "理由", "取り込めない理由、確かめること、または更新される意見の番号"),
    Column("before", "今の内容", "更新される意見の、今の内容"),
    Column("after", "ファイルの内容", "更新される意見の、ファイルの内容"),
]


def batch_of(job: Job) -> Batch:
    """Return the job's batch; raises JobFailed if its file is gone."""
    batch = Batch.objects.for_import(job.arguments["batch"])
    if batch is None or not batch.file:
        raise JobFailed(_("ファイルがありません。もう一度アップロードしてください。"))
    return batch


def plans(batch: Batch, *, after: int = 1) -> Iterator[tuple[Plan, ImportRowReader]]:
    """Yield the plan of each chunk of the file and the reader; raises JobFailed if the file cannot be read."""
    try:
        with batch.file.open("rb") as file:
            reader = ImportRowReader(batch, file)
            for rows, problems, row_count, last_row in reader.chunks(after=after):
                yield plan_import(batch, reader, rows, problems, row_count, last_row), reader
    except Unreadable as unreadable:
        raise JobFailed(unreadable.sentence) from unreadable


def run_check(job: Job) -> None:
    """Check a file (確認), as a dry run: count what it would add and change, and list the problems of its rows."""
    batch = batch_of(job)
    findings = Findings()
    for plan, reader in plans(batch):
        findings.add(plan, reader)
        rows = findings.counts["rows"]
        job.advance(done=rows, message=_("%(n)d行を確認しました") % {"n": rows})
    if not findings.counts["rows"]:
        raise JobFailed(_("意見の行がありません。1行目は列の名前、2行目からが意見です。"))
    actions.save_check_result(batch=batch, result=findings.result())
    attach_report(job, batch, findings.report())
    job.advance(message=_("%(rows)d行を確認しました。読めない行は%(bad)d行です。") % findings.counts)


class Findings:
    """Collect the results of a check: for its page the beginning of each list, for the report everything."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(COUNTED, 0)
        self.problems: list[list[int | str]] = []
        self.doubts: list[list[int | str]] = []
        self.changes: list[list[Any]] = []
        self.agreed: dict[str, str] = {}
        self.previews: list[list[int | str]] = []
        self.about: dict[str, object] = {}
        self.named = 0

    def add(self, plan: Plan, reader: ImportRowReader) -> None:
        """Add the plan of one chunk."""
        add_up(self.counts, plan)
        self.problems += [problem.as_list() for problem in plan.problems]
        self.doubts += [doubt.as_list() for doubt in plan.doubts]
        self.changes += [change.as_list() for change in plan.update]
        self.agreed |= {str(change.row.row_number): change.digest for change in plan.update}
        self.previews += [
            [row.row_number, row.typed_number, row.title or row.body[:80], row.name, row.channel, row.likes]
            for row in plan.add
        ]
        del self.previews[LISTED_ROWS:]
        self.named += sum(bool(row.name) for row in plan.add)
        self.about = {
            "sheet": reader.table.sheet,
            "other_sheets": reader.table.other_sheets,
            "unused": reader.unused,
            "unasked_names": reader.unasked_names,
            "name_column": reader.columns["name"],
        }

    def result(self) -> dict[str, object]:
        """Return what is stored in `Batch.result` until the import."""
        return {
            **self.counts,
            **self.about,
            "named": self.named,
            "problems": self.problems[:LISTED_PROBLEMS],
            "doubts": self.doubts[:LISTED_PROBLEMS],
            "doubted": {kind: len({row for row, *_rest, its in self.doubts if its == kind}) for kind in (ODD, SAME)},
            "changes": self.changes[:LISTED_PROBLEMS],
            "agreed": self.agreed,
            "voices": self.previews,
        }

    def report(self) -> Iterator[list[object]]:
        """Yield the lines of the report (columns as in REPORT): problems, doubts, and updates field by field."""
        for row, column, reason in self.problems:
            yield [_("読めない行"), row, column, reason, "", ""]
        for row, column, reason, _kind in self.doubts:
            yield [_("お確かめいただく行"), row, column, reason, "", ""]
        for row, code, fields, _likes, _comments in self.changes:
            for column, before, after in fields:
                yield [_("更新される意見"), row, column, code, before, after]


def add_up(counts: dict[str, int], plan: Plan) -> None:
    """Add the counts of one chunk to the totals."""
    counts["rows"] += plan.row_count
    counts["added"] += len(plan.add)
    counts["updated"] += len(plan.update)
    counts["unchanged"] += plan.unchanged
    counts["bad"] += len({problem.row for problem in plan.problems})
    counts["left"] += plan.left


def attach_report(job: Job, batch: Batch, rows: Iterable[list[object]]) -> None:
    """Attach the report to the job as a CSV file, if it has any line."""
    lines = list(rows)
    if lines:
        with csv_file(REPORT, lines) as file:
            job.attach(f"確認が必要な行_{batch.pk}.csv", File(file))


def run_import(job: Job) -> object:
    """Import a file (取り込み) in chunks. Resumable: each chunk commits with the number of its last row.

    Return Job.MORE when CALL_SECONDS are over, None when finished.
    """
    batch, started = batch_of_import(job), time.monotonic()
    if batch is None:
        return None
    counts = job.memory.get("counts") or dict.fromkeys(COUNTED, 0)
    take = job.arguments.get("take", [])
    agreed = batch.result.get("agreed", {}) if "update" in take else {}
    for plan, _reader in plans(batch, after=job.memory.get("row", 1)):
        if plan.problems and not job.arguments["skip_bad"]:
            problem = plan.problems[0]
            where = {"row": problem.row, "column": problem.column, "reason": problem.reason}
            raise JobFailed(_("%(row)d行目「%(column)s」：%(reason)s もう一度確認してください。") % where)
        plan.decide(take=take, agreed=agreed)
        add_up(counts, plan)
        with transaction.atomic():
            actions.import_rows(batch=batch, plan=plan)
            job.advance(
                done=min(counts["rows"], batch.result["rows"]),
                total=batch.result["rows"],
                message=_(
                    "%(added)d件を追加、%(updated)d件を更新、変更なし%(unchanged)d件、読めない行%(bad)d行、"
                    "取り込まなかった行%(left)d行"
                )
                % counts,
                memory={"row": plan.last_row, "counts": counts},
            )
        if time.monotonic() - started > CALL_SECONDS:
            return Job.MORE
    actions.finish_import(batch=batch, counts=counts, by_id=job.requested_by_id)
    return None


def run_move(job: Job) -> object:
    """Withdraw or restore the proposals of a large batch in chunks. Return Job.MORE when CALL_SECONDS are over."""
    batch, started = Batch.objects.for_import(job.arguments["batch"]), time.monotonic()
    while batch and (moved := actions.sync_batch_state(batch=batch)):
        job.advance(done=job.done + moved)
        if time.monotonic() - started > CALL_SECONDS:
            return Job.MORE
    return None


def batch_of_import(job: Job) -> Batch | None:
    """Return the batch, or None if it is imported already; raises JobFailed if it was withdrawn."""
    batch = Batch.objects.for_import(job.arguments["batch"])
    if batch and batch.taken_back_at:
        raise JobFailed(_("この取り込みは取り消されました。"))
    return None if batch and batch.imported_at else batch_of(job)


def run_export(job: Job) -> None:
    """Write an export (書き出し) of a consultation and attach it to the job for the person who requested it."""
    consultation = Consultation.objects.get(pk=job.arguments["consultation"])
    export, form = EXPORTS[job.arguments["kind"]], job.arguments["form"]
    total = export.proposals(consultation).count()
    job.advance(total=total)
    rows = with_progress(job, export.rows(consultation), total)
    try:
        if form == "cp932":
            changes = Changes()
            with csv_file(export.columns, rows, breaks=export.breaks, encoding="cp932", changes=changes) as file:
                job.attach(export.file_name(consultation, "csv"), File(file))
        else:
            with TemporaryFile() as file:
                facts = export.about(consultation)
                changes = write_xlsx(file, export.columns, rows, title=export.label, about=facts, breaks=export.breaks)
                file.seek(0)
                job.attach(export.file_name(consultation, "xlsx"), File(file))
    except TooLarge as error:
        raise JobFailed(_("件数が多く、Excel の1枚のシートに入りません。CSV で書き出してください。")) from error
    job.advance(message=" ".join(change_sentences(total, changes)))


def with_progress(job: Job, rows: Iterator[list[object]], total: int) -> Iterator[list[object]]:
    """Yield the rows and save the job's progress every 2,000."""
    for number, row in enumerate(rows, start=1):
        yield row
        if number % 2000 == 0:
            job.advance(done=min(number, total))


def change_sentences(total: int, changes: Changes) -> list[str]:
    """Return sentences about what was written, and what the writer had to replace or cut."""
    sentences = [_("%(n)d件を書き出しました。") % {"n": total}]
    if changes.replaced:
        sentences.append(_("文字コードにない%(n)d文字を「〓」に置き換えました。") % {"n": changes.replaced})
    if changes.shortened:
        sentences.append(_("長すぎる%(n)d個のセルを途中で切りました。") % {"n": len(changes.shortened)})
    return sentences
