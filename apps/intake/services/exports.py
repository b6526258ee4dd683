"""Define the exports of proposals (意見の書き出し): public data, the staff's table, and the file that the import reads back.

No file holds internal notes, e-mail addresses or the identity of an author, and none holds withdrawn texts.
Attributes (年代 …) are for staff only: in public a text never stands beside them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db.models import Choices
from django.utils import timezone
from django.utils.functional import Promise

from apps.accounts.models import AgeBand, District, Relation
from apps.consultations.models import Channel, Consultation, Proposal, State
from apps.consultations.models.proposal_queryset import ProposalQuerySet
from apps.consultations.models.voice_kind import VoiceKind
from apps.consultations.screening.kinds import PRECISION
from apps.core.spreadsheet import Breaks, Column
from apps.core.spreadsheet.xlsx_writer import escape_rule
from apps.intake.services.export_rows import content_fingerprint, count_fingerprint, iter_chunks

AT_ONCE = 2000
COUNTS_HOLD = 30  # seconds


@dataclass(frozen=True)
class Part:
    """A column of an export, and the function that gets its value from a proposal."""

    column: Column
    value: Callable[[Proposal], object]


def part(
    key: str,
    title: str,
    meaning: str,
    value: Callable[[Proposal], object],
    kind: str = "文字列",
    choices: type[Choices] | None = None,
) -> Part:
    """Return a Part; `choices` is a TextChoices whose labels stand in the cells."""
    offered = {str(label): str(code) for code, label in choices.choices} if choices else {}
    return Part(Column(key, title, meaning, kind, offered), value)


def _words(value: str | Promise) -> str:
    return str(value)


NUMBER = part("code", "番号", "意見の番号。ほかの意見と重ならず、変わりません。", lambda p: p.code)
THEME = part("consultation", "テーマ", "意見を募集したテーマの名前。", lambda p: p.consultation.title)
QUESTION_NUMBER = part("question_number", "設問番号", "テーマの中の設問の番号。", lambda p: p.question.number, "整数")
QUESTION = part("question", "設問", "設問の文。", lambda p: p.question.text)
TITLE = part("title", "見出し", "投稿した人が付けた見出し。なければ空欄。", lambda p: p.title)
BODY = part("body", "本文", "意見の本文。", lambda p: p.body)
NAME = part("name", "表示名", "投稿した人が選んだ表示名。匿名のときは「匿名」。", lambda p: p.shown_name)
CHANNEL = part("channel", "収集経路", "意見が届いた経路。", lambda p: _words(p.get_channel_display()), choices=Channel)
EVENT = part(
    "event", "行事名", "紙やワークショップで集めたときの行事の名前。", lambda p: p.batch.event_name if p.batch else ""
)
HELD_ON = part(
    "held_on", "集めた日", "紙やワークショップで集めた日。", lambda p: p.batch.held_on if p.batch else None, "日付"
)
GROUP = part("group", "グループ", "ワークショップのテーブル名・グループ名。", lambda p: p.group_label)
POSTED = part("published_at", "公開日時", "公開した日時（日本時間）。", lambda p: p.published_at, "日時")
MOMENT = part(
    "published_at", "投稿日時", "公開した日時（ISO 8601）。",
    lambda p: timezone.localtime(p.published_at).isoformat() if p.published_at else "", "日時",
)  # fmt: skip
LIKES = part("likes", "イイネ数", "登録した人のイイネ！の数。", lambda p: p.like_count, "整数")
GUEST_LIKES = part(
    "guest_likes", "ゲストのイイネ数", "登録していない人のイイネ！の数（1つのブラウザーで1回）。並べ替えには使いません。",
    lambda p: p.guest_like_count, "整数",
)  # fmt: skip
OLD_LIKES = part(
    "imported_likes",
    "移行イイネ数",
    "紙や会場、旧Liqlidなどで集めて、移したイイネ！の数。",
    lambda p: p.imported_like_count,
    "整数",
)
LIKES_ON = part(
    "imported_likes_on", "イイネ時点", "移行したイイネ！の数がいつのものか。", lambda p: p.imported_likes_on, "日付"
)
EXCHANGED_ON = part(
    "likes_on", "イイネ時点", "イイネ！の数がいつのものか。移行した数があればその時点、なければ書き出した日。",
    lambda p: p.imported_likes_on or (timezone.localdate() if p.like_count else None), "日付",
)  # fmt: skip
COMMENTS = part("comments", "コメント数", "公開中のコメントの数。", lambda p: p.comment_count, "整数")
TAGS = part(
    "tags", "タグ", "市が確認したタグ。「、」で区切ります。", lambda p: "、".join(tag.name for tag in p.public_tags)
)
URL = part("url", "URL", "意見のページ。", lambda p: settings.SITE_URL + p.get_absolute_url())
STATE = part(
    "state", "状態", "公開、承認待ち、非表示のいずれか。", lambda p: _words(p.get_state_display()), choices=State
)
EDITED = part("edited_at", "編集日時", "投稿した人が文を直した日時。", lambda p: p.edited_at, "日時")
EXTERNAL = part("external_id", "取込元の番号", "取り込んだファイルの中での番号。", lambda p: p.external_id)
AGE = part(
    "age_band",
    "年代",
    "投稿したときの年代（任意の回答）。",
    lambda p: _words(p.get_age_band_display()),
    choices=AgeBand,
)
DISTRICT = part(
    "district",
    "地域",
    "投稿したときのお住まいの地域（任意の回答）。",
    lambda p: _words(p.get_district_display()),
    choices=District,
)
RELATION = part(
    "relation",
    "関わり",
    "投稿したときの調布市との関わり（任意の回答）。",
    lambda p: _words(p.get_relation_display()),
    choices=Relation,
)

COPIES = part(
    "copies", "ほぼ同じ文", "句読点・空白・文末などの形だけが違う文が、この意見を含めてこのテーマに何件あるか。なければ1。",
    lambda p: getattr(p, "copies", 1), "整数",
)  # fmt: skip

KINDS = part(
    "kinds", "種類（自動）",
    "文末やことばの決まりで分けた、要望、困りごと、賛成、反対、感謝、質問。外れることがあります。"
    f"例文で測った適合率：{'、'.join(f'{kind.label}{PRECISION[kind.value]}％' for kind in VoiceKind)}。",
    lambda p: "、".join(VoiceKind.labels_of(p.body)),
)  # fmt: skip

PUBLIC = [
    NUMBER, THEME, QUESTION_NUMBER, QUESTION, TITLE, BODY, NAME, CHANNEL, EVENT, HELD_ON, GROUP, POSTED, LIKES,
    GUEST_LIKES, OLD_LIKES, LIKES_ON, COMMENTS, TAGS, URL,
]  # fmt: skip
STAFF = [*PUBLIC[:-1], STATE, EDITED, AGE, DISTRICT, RELATION, EXTERNAL, KINDS, COPIES, URL]
EXCHANGE = [
    NUMBER, QUESTION_NUMBER, QUESTION, TITLE, BODY, NAME, CHANNEL, MOMENT, LIKES, OLD_LIKES, EXCHANGED_ON, EVENT, HELD_ON,
    GROUP, TAGS, AGE, DISTRICT, RELATION,
]  # fmt: skip


@dataclass(frozen=True)
class Export:
    """One kind of export file: its columns (`parts`), which rows it holds, and how it treats line breaks."""

    kind: str
    label: str
    parts: Sequence[Part]
    breaks: Breaks = Breaks.SPACE
    public_only: bool = True

    @property
    def columns(self) -> list[Column]:
        """Return the columns, for the header and the data dictionary."""
        return [part.column for part in self.parts]

    def proposals(self, consultation: Consultation) -> ProposalQuerySet:
        """Return the proposals of the consultation that the file holds, with the related rows that its columns need."""
        proposals = Proposal.objects.in_consultation(consultation)
        rows = proposals.public() if self.public_only else proposals.exclude(state=State.WITHDRAWN)
        rows = rows.with_copies() if COPIES in self.parts else rows
        return rows.defer("search_text", "search_bigrams").with_public_tags().order_by("pk")

    def rows(self, consultation: Consultation) -> Iterator[list[object]]:
        """Yield one list of cell values per proposal, read in chunks so that memory does not grow with their number."""
        questions = {question.pk: question for question in consultation.questions.all()}
        batches = {batch.pk: batch for batch in consultation.batches.all()}
        for proposal in iter_chunks(self.proposals(consultation), AT_ONCE):
            # Shared objects are read once: with a join, every row would carry its own copy of the consultation.
            proposal.consultation, proposal.question = consultation, questions[proposal.question_id]
            proposal.batch = batches.get(proposal.batch_id) if proposal.batch_id else None
            yield [part.value(proposal) for part in self.parts]

    def state(self, consultation: Consultation) -> str:
        """Return the cache key of the data that a file made now would show.

        Counts of likes and comments in it are cached for COUNTS_HOLD seconds.
        """
        proposals = self.proposals(consultation)
        words = content_fingerprint(proposals)
        shared = [
            consultation.title, settings.SITE_URL,
            *consultation.questions.order_by("pk").values_list("pk", "number", "text"),
            *consultation.batches.order_by("pk").values_list("pk", "event_name", "held_on"),
        ]  # fmt: skip
        key = f"counts:{self.kind}:{consultation.pk}:{words}"
        counts = cache.get(key)
        if counts is None:
            counts = count_fingerprint(proposals)
            cache.set(key, counts, COUNTS_HOLD)
        return f"{words}/{counts}/{shared}/{[part.column.title for part in self.parts]}"

    def file_name(self, consultation: Consultation, ending: str) -> str:
        """Return the download's file name; `ending` has no dot."""
        return f"{consultation.slug}_{self.label}_{timezone.localdate():%Y%m%d}.{ending}"

    def about(self, consultation: Consultation) -> dict[str, str]:
        """Return the lines (name → text) of the workbook's sheet about itself."""
        facts = {
            "テーマ": consultation.title,
            "作成日時": f"{timezone.localtime():%Y-%m-%d %H:%M}",
            "含まれる意見": "公開中の意見"
            if self.public_only
            else "公開中・承認待ち・非表示の意見（取り下げられた意見は除く）",
            "改行": "セルの中の改行をそのまま残しています。"
            if self.breaks is Breaks.KEEP
            else "本文の改行は空白に置き換えています（1件が1行）。このファイルは取り込みには使えません。",
            "CSVの文字コード": "UTF-8（BOM付き）",
        }
        if not self.public_only:
            facts["取扱い"] = "年代などの属性と本文を合わせて公開しないでください。"
        return facts


# The columns of the data dictionary, which CSV has as a file of its own.
DICTIONARY = [
    Column("title", "項目名", "1行目にある列の名前。"),
    Column("key", "項目名（英数字）", "英数字の名前。変わりません。"),
    Column("kind", "型", "文字列、整数、日付、日時のいずれか。"),
    Column("meaning", "説明", "その列に書かれているもの。"),
]


def dictionary_rows(export: "Export") -> list[list[str]]:
    """Return the rows of the data dictionary: one per column of the export, then what holds for the whole file."""
    rows = [[column.title, column.key, column.kind, column.meaning] for column in export.columns]
    return [
        *rows,
        ["（ファイル全体）", "", "", escape_rule()],
        ["（ファイル全体）", "", "", "空欄は「記録なし」です。0 とは異なります。本文の改行は空白に置き換えています。"],
    ]


PUBLIC_DATA = Export("public", "意見", PUBLIC)
STAFF_DATA = Export("staff", "意見_職員用", STAFF, public_only=False)
EXCHANGE_DATA = Export("exchange", "意見_交換用", EXCHANGE, breaks=Breaks.KEEP)
EXPORTS = {export.kind: export for export in (PUBLIC_DATA, STAFF_DATA, EXCHANGE_DATA)}

# Columns of the sample file for typing proposals into a spreadsheet: those that an import reads and a person can know.
SAMPLE = [NUMBER, QUESTION_NUMBER, TITLE, BODY, NAME, CHANNEL, EVENT, HELD_ON, GROUP, LIKES, LIKES_ON, TAGS]


def sample_rows(consultation: Consultation | None) -> list[list[object]]:
    """Return two example rows for the sample file, with a question number that exists in the consultation."""
    today = timezone.localdate()
    number = consultation.questions.all()[0].number if consultation and consultation.questions.exists() else 1
    event: list[object] = ["ワークショップ", "公園ワークショップ（第1回）", today]
    return [
        [
            "WS1-001",
            number,
            "",
            "家族で過ごす場所がたくさんあるまちがいいです。",
            "匿名",
            *event,
            "テーブル1",
            0,
            None,
            "",
        ],
        ["WS1-002", number, "", "多世代が一緒に交流する場がほしいです。", "匿名", *event, "テーブル2", 0, None, "交流"],
    ]
