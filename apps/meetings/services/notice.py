"""The notice of a meeting (公告): what it still lacks, and the facts that count as announced."""

from datetime import timedelta

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.core.date_formats import wareki
from apps.core.types import StrOrPromise
from apps.meetings.models import Meeting

WHEN = "日時"  # the fact whose change ends a postponement


def lead_days(meeting: Meeting) -> int:
    """Return how many days lie between today and the day of the meeting."""
    return (meeting.day - timezone.localdate()).days


def missing_for_notice(meeting: Meeting) -> list[str]:
    """Return what is missing, in sentences; an empty list when the meeting may be announced."""
    items = list(meeting.items.all())
    needs_room = meeting.form in {Meeting.Form.ROOM, Meeting.Form.HYBRID}
    asked: list[tuple[object, StrOrPromise]] = [
        (meeting.organ.is_public, _("会議体のページが公開されていません。会議体の「公開する」を選んでください。")),
        (meeting.starts_at > timezone.now(), _("開始の日時が過ぎています。これからの日時にしてください。")),
        (meeting.place or not needs_room, _("会場を書いてください。")),
        (items, _("議題を1つ以上書いてください。")),
        (
            meeting.attend_how or meeting.form == Meeting.Form.WRITTEN or all(item.is_closed for item in items),
            _("公開する議題があります。傍聴のしかたを書いてください。"),
        ),
        (meeting.late_reason or not would_be_late(meeting), late_sentence(meeting)),
    ]
    return [str(sentence) for is_there, sentence in asked if not is_there]


def would_be_late(meeting: Meeting) -> bool:
    """Return whether a notice of today is later than the rule of its body says."""
    rule = meeting.organ.rule
    return rule is not None and rule.notice_days is not None and lead_days(meeting) < rule.notice_days


def late_sentence(meeting: Meeting) -> str:
    """Return what the rule asks for and what a notice of today would be; empty when it is in time."""
    rule = meeting.organ.rule
    if rule is None or rule.notice_days is None or not would_be_late(meeting):
        return ""
    last = wareki(meeting.day - timedelta(days=rule.notice_days))
    said = {"rule": rule.name, "n": rule.notice_days, "last": last, "lead": max(lead_days(meeting), 0)}
    return _(
        "%(rule)sの決まり（開催の%(n)d日前、%(last)sまで）より遅い公告です（%(lead)d日前）。公告が遅くなった理由を書いてください。"
    ) % said  # fmt: skip


def noticed_facts(meeting: Meeting) -> dict[str, str]:
    """Return what a notice says, in Japanese, by the name of each fact: a later change of one of them is listed."""
    with translation.override("ja"):
        items = "\n".join(
            f"{item.number} {item.title}（"
            + (f"非公開　{item.clause}　{item.reason}" if item.is_closed else "公開")
            + "）"
            for item in meeting.items.order_by("number")
        )
        return {
            WHEN: meeting.when_shown,
            "会議の形": str(meeting.get_form_display()),
            "会場": meeting.place,
            "オンライン傍聴のアドレス": meeting.online_url,
            "傍聴の定員": "" if meeting.capacity is None else f"{meeting.capacity}人",
            "傍聴のしかた": meeting.attend_how,
            "議題": items,
        }
