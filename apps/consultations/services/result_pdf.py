"""Typeset a result report as a tagged A4 PDF with Typst; texts are passed as data, never as markup."""

import re
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from apps.consultations.models import ResultReport
from apps.core import markdown
from apps.core.date_formats import jdatetime
from apps.core.fiscal import wareki
from apps.core.printing import typeset_once

QUOTE_LENGTH = 400
SOURCE = settings.BASE_DIR / "templates" / "consultations" / "result.typ"


def draw_result(report: ResultReport, *, url: str) -> bytes:
    """Return the report as PDF, with today's public quotes."""
    return typeset_once("result", str(report.pk), SOURCE, content(report, url))


def content(report: ResultReport, url: str) -> dict[str, object]:
    """Return the data of the Typst template."""
    figures, moment, gone = report.figures, timezone.localtime(report.as_of), report.count_no_longer_public()
    return {
        "title": report.consultation.title,
        "department": report.consultation.department.name,
        "edition": _("第%(n)d版") % {"n": report.edition},
        "as_of": _("%(when)s時点の集計") % {"when": jdatetime(moment)},
        "published": _("公表 %(day)s") % {"day": wareki(timezone.localdate(report.published_at))},
        "gone": _("公表後に非表示となった投稿 %(n)d件を含みます。") % {"n": gone} if gone else "",
        "groups_note": _(
            "版を比べると少ない人数の内訳がわかってしまうため、年代・地域・関わりは第1版の集計のままです。"
        )
        if report.edition > 1
        else "",
        "address": url,
        "facts": _facts(figures),
        "tables": _tables(report),
        "topics": [{**topic, "replies": [_reply(reply) for reply in topic["replies"]]} for topic in figures["topics"]],
        "quotes": _quotes(report),
    }


def _facts(figures: dict[str, Any]) -> list[list[str]]:
    likes = _("%(n)d件（%(people)d人）") % {"n": figures["likes"], "people": figures["likers"]}
    if figures.get("guest_likes"):  # editions of before guests could like have none
        likes += _("、ほかに登録していない人から %(n)d件") % {"n": figures["guest_likes"]}
    if figures["imported_likes"]:
        likes += _("、ほかに紙・会場や旧サイトで集めたもの %(n)d件") % {"n": figures["imported_likes"]}
    count = _("%(n)d件")
    return [
        [_("意見"), count % {"n": figures["proposals"]}],
        [_("イイネ！"), likes],
        [_("コメント"), count % {"n": figures["comments"]}],
    ]


def _tables(report: ResultReport) -> list[dict[str, object]]:
    figures = report.figures
    questions = [[f"{number}. {text}", n] for number, text, n in figures["questions"]]
    channels = figures["channels"] or [[_("意見はありませんでした"), 0]]
    tables = [(_("収集経路"), channels), (_("問い"), questions)]
    tables += [(group["title"], group["rows"]) for group in report.groups()]
    hidden = _("非表示")
    return [
        {"title": str(title), "rows": [[str(label), hidden if n is None else str(n)] for label, n in rows]}
        for title, rows in tables
    ]


def _reply(reply: dict[str, str]) -> dict[str, str]:
    words = strip_tags(markdown.render(reply["body"]).replace("<li>", "<li>・"))
    return {**reply, "body": re.sub(r"\n{2,}", "\n", words).strip()}


def _quotes(report: ResultReport) -> list[dict[str, object]]:
    titles = {
        "loud": _("イイネ！が多かった意見"),
        "quiet": _("イイネ！もコメントも少なかった意見"),
        "differing": _("異なる意見（市の職員が選びました）"),
    }
    quotes = report.quotes()
    return [
        {
            "title": title,
            "rows": [_quote(row) for row in quotes[kind]["rows"]],
            "gone": _("公表後に非表示となった意見 %(n)d件は、内容をのせていません。") % {"n": quotes[kind]["gone"]}
            if quotes[kind]["gone"]
            else "",
        }
        for kind, title in titles.items()
    ]


def _quote(row: dict[str, Any]) -> dict[str, str]:
    body = row["voice"].body
    likes = row["like_count"] + row["imported_like_count"]
    return {
        "body": body if len(body) <= QUOTE_LENGTH else f"{body[:QUOTE_LENGTH]}…",
        "meta": _("%(code)s　イイネ！ %(likes)d件　コメント %(comments)d件")
        % {"code": row["code"], "likes": likes, "comments": row["comment_count"]},
    }
