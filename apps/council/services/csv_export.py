"""Columns and rows of the CSV and XLSX export of projects."""

from collections.abc import Iterable, Iterator, Mapping

from django.db import models

from apps.core.spreadsheet import Column
from apps.council.models import Domain, Method, Project, Stage
from apps.council.services.unstated import unstated_names

SITE_NAME = "調布市 市民参加ポータル"


def choices_of(options: type[models.TextChoices]) -> Mapping[str, str]:
    """Return the values that a column may hold, for the data dictionary."""
    return {str(option.label): "" for option in options}


STAGES = {label: text for label, text in choices_of(Stage).items() if label != str(Stage.UNKNOWN.label)}
COLUMNS = [
    Column("slug", "アドレス名", "取組のページのアドレスの終わり"),
    Column("title", "名称", "取組の名称"),
    Column("summary", "概要", "何のために何をするか"),
    Column("stage", "段階", "構想・実証・実装・終了。資料にないときは空欄", choices=STAGES),
    Column("stage_since", "この段階になった日", "分からないときは空欄", "日付"),
    Column("starts_on", "開始日", "分からないときは空欄", "日付"),
    Column("ends_on", "終了日", "分からないときは空欄", "日付"),
    Column("organizations", "実施団体", "団体名と役割。資料にないときは空欄"),
    Column("home", "主な視点", "この視点で1件と数える"),
    Column("others", "再掲の視点", "数には入れない"),
    Column("fields", "分野", "読点で区切る"),
    Column("method", "協働の手法", "決まっていないときは空欄", choices=choices_of(Method)),
    Column("domain", "協働の領域", "決まっていないときは空欄", choices=choices_of(Domain)),
    Column("place", "場所", "文字で書いた場所"),
    Column("latitude", "緯度", "世界測地系、度", "数値"),
    Column("longitude", "経度", "世界測地系、度", "数値"),
    Column("result", "結果", "終了した取組には必ずある"),
    Column("lesson", "次への生かし方", "終了した取組には必ずある"),
    Column("source", "出典", "公表資料から登録したときの資料名"),
    Column("code", "番号", "取組の番号。印刷物にも使う"),
    Column("selection_reason", "選定の理由", "なぜこの相手と行うのか。書かれていないときは空欄"),
    Column("planned", "負担（計画）", "市と各団体の負担の合計。一つも入っていないときは空欄", "数値"),
    Column("settled", "負担（決算）", "市と各団体の負担の合計。一つも入っていないときは空欄", "数値"),
    Column(
        "unstated", "資料にない項目", "公表資料から登録した取組で、資料に書かれていない項目。その列は空欄。読点で区切る"
    ),
]


def rows(projects: Iterable[Project]) -> Iterator[list[object]]:
    """Yield one row for each project. Expects `for_cards()`, else each row costs queries."""
    for project in projects:
        yield _row(project)


def totals(project: Project) -> tuple[int | None, int | None]:
    """Return the sums of the planned and of the settled amounts of all partners; None where no amount is known."""
    rows = list(project.participations.all())
    planned = [project.city_planned, *(row.planned for row in rows)]
    settled = [project.city_settled, *(row.settled for row in rows)]
    known = [[amount for amount in amounts if amount is not None] for amounts in (planned, settled)]
    return tuple(sum(amounts) if amounts else None for amounts in known)  # type: ignore[return-value]


def _row(project: Project) -> list[object]:
    """Return the cells of a project, in the order of COLUMNS."""
    placements = list(project.placements.all())
    parts = [f"{row.organization.name}（{row.get_part_display()}）" for row in project.participations.all()]
    return [
        project.slug,
        project.title,
        project.summary,
        "" if project.stage == Stage.UNKNOWN else project.get_stage_display(),
        project.stage_since,
        project.starts_on,
        project.ends_on,
        "、".join(parts),
        str(placements[0].viewpoint) if placements else "",
        "、".join(str(placement.viewpoint) for placement in placements[1:]),
        "、".join(str(field) for field in project.fields.all()),
        project.get_method_display(),
        project.get_domain_display(),
        project.place,
        None if project.latitude is None else float(project.latitude),
        None if project.longitude is None else float(project.longitude),
        project.result,
        project.lesson,
        project.source,
        project.code,
        project.selection_reason,
        *totals(project),
        "、".join(unstated_names(project)),
    ]
