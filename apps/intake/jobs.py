"""Long work of consultations: looking at a file, bringing it in, writing the staff's files. Run by operations.Job."""

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
from apps.intake.exports import EXPORTS
from apps.intake.import_plan import Plan, planned
from apps.intake.row_reader import ODD, SAME, ImportRowReader
from apps.operations.models import Job, JobFailed

LONGEST = 120.0  # seconds of one call
SHOWN_PROBLEMS, SHOWN_VOICES = 200, 10
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
    """The batch a job is about, with its file still there."""
    batch = Batch.objects.for_import(job.arguments["batch"])
    if batch is None or not batch.file:
        raise JobFailed(_("ファイルがありません。もう一度アップロードしてください。"))
    return batch


def plans(batch: Batch, *, after: int = 1) -> Iterator[tuple[Plan, ImportRowReader]]:
    """What each piece of the file would do; a file that cannot be read ends the job with its sentence."""
    try:
        with batch.file.open("rb") as file:
            reader = ImportRowReader(batch, file)
            for voices, problems, rows, last_row in reader.pieces(after=after):
                yield planned(batch, reader, voices, problems, rows, last_row), reader
    except Unreadable as unreadable:
        raise JobFailed(unreadable.sentence) from unreadable


def run_check(job: Job) -> None:
    """確認: read the whole file and say what it would add, change and leave, and what is wrong with which row."""
    batch = batch_of(job)
    findings = Findings()
    for plan, reader in plans(batch):
        findings.add(plan, reader)
        rows = findings.counts["rows"]
        job.advance(done=rows, message=_("%(n)d行を確認しました") % {"n": rows})
    if not findings.counts["rows"]:
        raise JobFailed(_("意見の行がありません。1行目は列の名前、2行目からが意見です。"))
    actions.note_check(batch=batch, result=findings.result())
    attach_report(job, batch, findings.report())
    job.advance(message=_("%(rows)d行を確認しました。読めない行は%(bad)d行です。") % findings.counts)


class Findings:
    """What the check of a file found, for its page (the beginning of each list) and for the report (everything)."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(COUNTED, 0)
        self.problems: list[list[Any]] = []
        self.doubts: list[list[Any]] = []
        self.changes: list[list[Any]] = []
        self.agreed: dict[str, str] = {}
        self.voices: list[list[Any]] = []
        self.about: dict[str, Any] = {}
        self.named = 0

    def add(self, plan: Plan, reader: ImportRowReader) -> None:
        """A piece of the file."""
        add_up(self.counts, plan)
        self.problems += [problem.as_list() for problem in plan.problems]
        self.doubts += [doubt.as_list() for doubt in plan.doubts]
        self.changes += [change.as_list() for change in plan.update]
        self.agreed |= {str(change.voice.row): change.stamp for change in plan.update}
        self.voices += [[v.row, v.number, v.title or v.body[:80], v.name, v.channel, v.likes] for v in plan.add]
        del self.voices[SHOWN_VOICES:]
        self.named += sum(bool(voice.name) for voice in plan.add)
        self.about = {
            "sheet": reader.table.sheet,
            "other_sheets": reader.table.other_sheets,
            "unused": reader.unused,
            "unasked_names": reader.unasked_names,
            "name_column": reader.columns["name"],
        }

    def result(self) -> dict[str, Any]:
        """What is kept with the batch until it is brought in."""
        return {
            **self.counts,
            **self.about,
            "named": self.named,
            "problems": self.problems[:SHOWN_PROBLEMS],
            "doubts": self.doubts[:SHOWN_PROBLEMS],
            "doubted": {kind: len({row for row, *_rest, its in self.doubts if its == kind}) for kind in (ODD, SAME)},
            "changes": self.changes[:SHOWN_PROBLEMS],
            "agreed": self.agreed,
            "voices": self.voices,
        }

    def report(self) -> Iterator[list[Any]]:
        """Every row that somebody has to look at."""
        for row, column, reason in self.problems:
            yield [_("読めない行"), row, column, reason, "", ""]
        for row, column, reason, _kind in self.doubts:
            yield [_("お確かめいただく行"), row, column, reason, "", ""]
        for row, code, fields, _likes, _comments in self.changes:
            for column, before, after in fields:
                yield [_("更新される意見"), row, column, code, before, after]


def add_up(counts: dict[str, int], plan: Plan) -> None:
    """Count a piece into the whole."""
    counts["rows"] += plan.rows
    counts["added"] += len(plan.add)
    counts["updated"] += len(plan.update)
    counts["unchanged"] += plan.unchanged
    counts["bad"] += len({problem.row for problem in plan.problems})
    counts["left"] += plan.left


def attach_report(job: Job, batch: Batch, rows: Iterable[list[Any]]) -> None:
    """The rows that somebody has to look at, as a file to work through."""
    held = list(rows)
    if held:
        with csv_file(REPORT, held) as file:
            job.attach(f"確認が必要な行_{batch.pk}.csv", File(file))


def run_import(job: Job) -> Any:
    """取り込み: piece by piece, each together with the note of how far it is; killed in between, it goes on from there."""
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
            actions.bring_in(batch=batch, plan=plan)
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
        if time.monotonic() - started > LONGEST:
            return Job.MORE
    actions.finish_import(batch=batch, counts=counts, by_id=job.requested_by_id)
    return None


def run_move(job: Job) -> Any:
    """取り消しと、その取りやめ: voices of a large file follow the mark of their batch, piece by piece."""
    batch, started = Batch.objects.for_import(job.arguments["batch"]), time.monotonic()
    while batch and (moved := actions.follow_mark(batch=batch)):
        job.advance(done=job.done + moved)
        if time.monotonic() - started > LONGEST:
            return Job.MORE
    return None


def batch_of_import(job: Job) -> Batch | None:
    """The batch, unless another run has finished it already."""
    batch = Batch.objects.for_import(job.arguments["batch"])
    if batch and batch.taken_back_at:
        raise JobFailed(_("この取り込みは取り消されました。"))
    return None if batch and batch.imported_at else batch_of(job)


def run_export(job: Job) -> None:
    """書き出し of a consultation as a file that is kept for who asked."""
    asked = Consultation.objects.get(pk=job.arguments["consultation"])
    export, form = EXPORTS[job.arguments["kind"]], job.arguments["form"]
    total = export.voices(asked).count()
    job.advance(total=total)
    rows = counted(job, export.rows(asked), total)
    try:
        if form == "cp932":
            changes = Changes()
            with csv_file(export.columns, rows, breaks=export.breaks, encoding="cp932", changes=changes) as file:
                job.attach(export.file_name(asked, "csv"), File(file))
        else:
            with TemporaryFile() as file:
                facts = export.about(asked)
                changes = write_xlsx(file, export.columns, rows, title=export.label, about=facts, breaks=export.breaks)
                file.seek(0)
                job.attach(export.file_name(asked, "xlsx"), File(file))
    except TooLarge as error:
        raise JobFailed(_("件数が多く、Excel の1枚のシートに入りません。CSV で書き出してください。")) from error
    job.advance(message=" ".join(said(total, changes)))


def counted(job: Job, rows: Iterator[list[Any]], total: int) -> Iterator[list[Any]]:
    """The rows, with the progress noted every 2,000."""
    for number, row in enumerate(rows, start=1):
        yield row
        if number % 2000 == 0:
            job.advance(done=min(number, total))


def said(total: int, changes: Changes) -> list[str]:
    """What the writer had to change, in sentences."""
    sentences = [_("%(n)d件を書き出しました。") % {"n": total}]
    if changes.replaced:
        sentences.append(_("文字コードにない%(n)d文字を「〓」に置き換えました。") % {"n": changes.replaced})
    if changes.shortened:
        sentences.append(_("長すぎる%(n)d個のセルを途中で切りました。") % {"n": len(changes.shortened)})
    return sentences
