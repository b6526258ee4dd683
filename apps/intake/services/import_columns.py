"""Map the column titles of import files to fields, and parse yes/no cells."""

import unicodedata

from django.utils.translation import gettext as _

from apps.core.spreadsheet import CellError

# Field → titles under which files have it (half-width, without blanks). The first is the portal's own.
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
# Titles of columns that may hold real names: only published when staff say so.
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
    """Return field → title of the file's column for it; an empty title if the file has none.

    use_names: staff have confirmed that real names may be published; used only if the file has no 表示名.
    """
    titles = TITLES | ({"name": (*TITLES["name"], *REAL_NAMES)} if use_names else {})
    return {what: next((name for name in names if name in header), "") for what, names in titles.items()}


def is_marked(text: str, *, also: set[str], neither: set[str]) -> bool:
    """Return True for ○, はい and the like, False for × and the like; raises CellError for anything else.

    `also` and `neither` are further words for yes and no in this column.
    """
    word = unicodedata.normalize("NFKC", text).strip().casefold()
    yes, no = ({unicodedata.normalize("NFKC", w) for w in words} for words in (YES | also, NO | neither))
    if word in yes:
        return True
    if word in no:
        return False
    raise CellError(_("「○」か空欄で書いてください（「%(value)s」は読めません）。") % {"value": text.strip()[:20]})


def is_anonymous(text: str) -> bool:
    """Return True if a cell of the column 匿名 asks for anonymity."""
    return is_marked(text, also={"匿名", "匿名希望"}, neither={"実名", "記名", "公開", "公開可"})


def may_be_public(text: str) -> bool:
    """Return True if a cell of the column 公開可否 allows publication; an empty cell does."""
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
