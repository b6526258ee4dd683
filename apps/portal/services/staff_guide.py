"""The guide for staff (職員の手引き) as a page: its parts, and which part is about a page of the admin site."""

import re
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.utils.safestring import SafeString

from apps.core.markdown import render

FILE = "docs/staff-guide.ja.md"
PART = re.compile(r"^## (.+)$", re.MULTILINE)
NOT_IN_ANCHOR = re.compile(r"[^\w\- ]")
# The part for each kind of page, by the beginning of its path after /admin/; the longest that fits counts.
ABOUT = {
    "accounts/": "だれが何をできるか",
    "accounts/restriction/": "投稿を確認する",
    "consultations/consultation/": "テーマ（意見募集）を開く",
    "consultations/moderation": "投稿を確認する",
    "consultations/comment/": "投稿を確認する",
    "consultations/proposal/": "意見に答える",
    "consultations/topic/": "意見に答える",
    "consultations/reply": "意見に答える",
    "consultations/assignment/": "意見に答える",
    "consultations/batch/": "ファイルの取り込みと書き出し",
    "council/": "協議会の取組を確認する",
    "plans/": "PDCAシートと年次報告書",
    "analysis/": "ワードクラウドのことばを整える",
    "": "管理画面に入る",
}


@dataclass(frozen=True)
class Part:
    """One part of the guide: heading, anchor as on a Git server, text."""

    title: str
    anchor: str
    text: SafeString


def anchor_of(title: str) -> str:
    """Return the anchor of a heading, as the guide's own links and Git servers spell it."""
    return NOT_IN_ANCHOR.sub("", title.strip().lower()).replace(" ", "-")


@lru_cache(maxsize=1)
def parts() -> tuple[Part, ...]:
    """Return the parts of the guide in their order; read once by each process."""
    pieces = PART.split((settings.BASE_DIR / FILE).read_text(encoding="utf-8"))[1:]
    return tuple(_part(title, text) for title, text in zip(pieces[::2], pieces[1::2], strict=True))


def _part(title: str, text: str) -> Part:
    """Return a part; its own headings follow directly under its heading."""
    return Part(title, anchor_of(title), render(text.replace("\n### ", "\n## ")))


def anchor_for(path: str) -> str:
    """Return the anchor of the part about a page of the admin site."""
    after = path.partition("/admin/")[2]
    beginning = max((start for start in ABOUT if after.startswith(start)), key=len)
    return anchor_of(ABOUT[beginning])
