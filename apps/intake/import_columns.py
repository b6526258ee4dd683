"""The columns of a file of voices: under which names files have them, and what a mark in one of them means."""

import unicodedata

from django.utils.translation import gettext as _

from apps.core.spreadsheet import CellError

# What a column is → the names under which files have it (half-width, without blanks). The first is ours.
TITLES = {
    "number": ("番号", "取込番号", "ID", "id", "No.", "No", "NO", "受付番号", "通し番号", "連番"),
    "theme": ("テーマ",),
    "question_number": ("設問番号",),
    "question": ("設問", "問い"),
    "title": ("見出し", "タイトル", "件名"),
    "body": ("本文", "意見", "アイデア", "アイデア・意見", "投稿内容", "内容"),
    "name": ("表示名", "ニックネーム", "匿名/name", "ペンネーム", "ハンドルネーム"),
    "anonymous": ("匿名", "匿名希望", "匿名の希望"),
    "consent": (
        "公開可否",
        "公開の可否",
        "公開",
        "掲載可否",
        "掲載の可否",
        "公表可否",
        "公表の可否",
        "公開希望",
        "掲載",
    ),
    "channel": ("収集経路", "経路"),
    "posted": ("投稿日時", "公開日時", "投稿日", "日付", "タイムスタンプ"),
    "likes": ("イイネ数", "イイネ!数", "イイネ!の数", "イイネ!", "イイネ", "いいね数", "いいね"),
    "old_likes": ("移行イイネ数",),
    "likes_on": ("イイネ時点",),
    "event": ("行事名",),
    "held_on": ("集めた日",),
    "group": ("グループ", "テーブル"),
    "tags": ("タグ",),
    "age_band": ("年代",),
    "district": ("地域",),
    "relation": ("関わり",),
}
# What may be somebody's real name: never published unasked.
REAL_NAMES = (
    "名前", "お名前", "氏名", "ご氏名", "お名前(任意)", "名前(任意)", "氏名(任意)", "name", "Name", "投稿者", "投稿者名",
    "記入者", "記入者名", "回答者", "回答者名", "提案者", "提案者名", "参加者", "参加者名", "フルネーム",
)  # fmt: skip
YES = {
    "○",
    "〇",
    "◯",
    "●",
    "◎",
    "1",
    "true",
    "はい",
    "yes",
    "y",
    "レ",
    "✓",
    "✔",
    "☑",
    "有",
    "あり",
    "希望",
    "希望する",
    "する",
}
NO = {"", "×", "✕", "✗", "x", "0", "false", "いいえ", "no", "n", "無", "なし", "不要", "希望しない", "しない", "-"}


def columns_of(header: list[str], *, use_names: bool) -> dict[str, str]:
    """Which column of the file is read as what; empty where the file has none.

    use_names: somebody has said that the names of people may stand beside their words; only where no 表示名 is there.
    """
    titles = TITLES | ({"name": (*TITLES["name"], *REAL_NAMES)} if use_names else {})
    return {what: next((name for name in names if name in header), "") for what, names in titles.items()}


def is_marked(text: str, *, also: set[str], neither: set[str]) -> bool:
    """Whether ○, はい or the like stands in a cell; `also` and `neither` are the words of this column."""
    word = unicodedata.normalize("NFKC", text).strip().casefold()
    yes, no = ({unicodedata.normalize("NFKC", w) for w in words} for words in (YES | also, NO | neither))
    if word in yes:
        return True
    if word in no:
        return False
    raise CellError(_("「○」か空欄で書いてください（「%(value)s」は読めません）。") % {"value": text.strip()[:20]})


def is_anonymous(text: str) -> bool:
    """Whether a cell of the column 匿名 asks for it."""
    return is_marked(text, also={"匿名", "匿名希望"}, neither={"実名", "記名", "公開", "公開可"})


def may_be_public(text: str) -> bool:
    """Whether a cell of the column 公開可否 allows it; an empty one says nothing and allows it."""
    if not text.strip():
        return True
    also = {"可", "公開", "公開可", "可能", "掲載可", "掲載", "よい", "良い", "ok", "同意", "同意する", "承諾"}
    neither = {
        "不可",
        "否",
        "非公開",
        "公開不可",
        "掲載不可",
        "公開しない",
        "掲載しない",
        "ng",
        "同意しない",
        "不同意",
        "拒否",
    }
    return is_marked(text, also=also, neither=neither)
