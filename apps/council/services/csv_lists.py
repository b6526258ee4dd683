"""Columns and rows of the CSV exports of organizations, challenges, offers and matches: what everybody may read."""

from collections.abc import Iterable, Iterator

from django.utils import timezone

from apps.core.spreadsheet import Column
from apps.council.models import Challenge, Match, Offer, Organization, Sector
from apps.council.services.csv_export import choices_of

ORGANIZATIONS = [
    Column("slug", "アドレス名", "団体のページのアドレスの終わり"),
    Column("name", "団体名", "団体の名称"),
    Column("sector", "産学官民", "どの側の団体か", choices=choices_of(Sector)),
    Column("kind", "種類", "団体の種類"),
    Column("is_member", "構成団体", "協議会の構成団体は「はい」、取組に参加している団体は「いいえ」"),
    Column("joined_on", "加入日", "分からないときは空欄", "日付"),
    Column("contact", "連絡方法", "公開している窓口"),
    Column("website", "ウェブサイト", "団体のウェブサイト"),
]
CALLS = [
    Column("url", "アドレス", "ページのアドレス"),
    Column("origin", "出した者", "市の担当課、市民（氏名は出しません）、団体"),
    Column("title", "題名", ""),
    Column("body", "内容", ""),
    Column("conditions", "条件", "ないときは空欄"),
    Column("fields", "分野", "読点で区切る"),
    Column("state", "状態", "募集中または募集終了"),
    Column("closes_on", "募集の終わり", "期限なしは空欄", "日付"),
    Column("published_on", "公開日", "", "日付"),
]
MATCHES = [
    Column("url", "アドレス", "ページのアドレス"),
    Column("challenge", "課題", "題名"),
    Column("challenger", "課題を出した者", "市の担当課、市民（氏名は出しません）"),
    Column("offer", "提案", "題名"),
    Column("offerer", "提案した団体", "団体名"),
    Column("confirmed_on", "成立した日", "双方の確認がそろった日", "日付"),
    Column("project", "始まった取組", "公開中の取組の番号。ないときは空欄"),
]


def organization_rows(organizations: Iterable[Organization]) -> Iterator[list[object]]:
    """Yield one row for each organization, in the order of ORGANIZATIONS."""
    for row in organizations:
        member = "はい" if row.is_member else "いいえ"
        yield [
            row.slug, row.name, row.get_sector_display(), str(row.kind), member, row.joined_on, row.contact, row.website,
        ]  # fmt: skip


def call_rows(calls: Iterable[Challenge | Offer]) -> Iterator[list[object]]:
    """Yield one row for each challenge or offer, in the order of CALLS. Expects `for_lists()`."""
    for row in calls:
        published = timezone.localdate(row.published_at) if row.published_at else None
        yield [
            row.get_absolute_url(), row.origin, row.title, row.body, row.conditions,
            "、".join(str(field) for field in row.fields.all()), "募集中" if row.is_open else "募集終了", row.closes_on, published,
        ]  # fmt: skip


def match_rows(matches: Iterable[Match]) -> Iterator[list[object]]:
    """Yield one row for each confirmed match, in the order of MATCHES. Expects `for_lists()`."""
    for row in matches:
        moments = [moment for moment in (row.challenger_confirmed_at, row.offerer_confirmed_at) if moment]
        project = getattr(row, "project", None)
        yield [
            row.get_absolute_url(), row.challenge.title, row.challenge.origin, row.offer.title, row.offer.origin,
            timezone.localdate(max(moments)), project.code if project and project.is_published else "",
        ]  # fmt: skip
