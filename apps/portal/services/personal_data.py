"""本人のデータ: export of everything the portal holds about a person, and nothing that another person wrote."""

from datetime import date, datetime
from urllib.parse import quote

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.utils import timezone

from apps.accounts.models import Restriction, User
from apps.consultations.models import AbuseReport, Comment, Decision, Follow, Like, Proposal
from apps.council.models import (
    Challenge,
    CheckSide,
    MatchMessage,
    Offer,
    OrganizationRevision,
    ProjectRevision,
    ProjectUpdate,
)
from apps.operations.audit_labels import in_words, thing_in_words
from apps.operations.models import AuditEntry, Notification
from apps.public_comments.models import Opinion
from apps.surveys.models import AnswerMark, DrawEntry


def content_disposition(day: date) -> str:
    """Return the Content-Disposition header; with an ASCII name for browsers that read no Japanese one."""
    name = f"調布市市民参加ポータル_わたしのデータ_{day:%Y%m%d}.json"
    return f"attachment; filename=\"chofu-my-data-{day:%Y%m%d}.json\"; filename*=UTF-8''{quote(name)}"


def personal_data(user: User) -> dict[str, object]:
    """Return the person's data as JSON values, under the labels of the pages."""
    return {
        "作成日時": _moment(timezone.now()),
        "登録": _account(user),
        "役割": [str(posting) for posting in user.postings.all()],
        "投稿": [_proposal(row) for row in Proposal.objects.by_author(user).for_export()],
        "コメント": [_comment(row) for row in Comment.objects.by_author(user).for_own_page()],
        "パブリック・コメント（結果のお知らせを希望したもの）": [
            _opinion(row) for row in Opinion.objects.by_author(user).for_pages().select_related("sender")
        ],
        "答えたアンケート（結果の公表まで。何と答えたかは、どこにも結び付いていません）": [
            mark.survey.title for mark in AnswerMark.objects.of_account(user)
        ],
        "アンケートの抽選の申込み": [
            {"アンケート": entry.draw.survey.title, "氏名": entry.name, "連絡先": entry.contact}
            for entry in DrawEntry.objects.of_account(user)
        ],
        "イイネ！": [
            {"意見": row.proposal.code, "日時": _moment(row.created_at)} for row in Like.objects.by_user(user)
        ],
        "フォロー": [
            {"テーマ": row.consultation.title, "日時": _moment(row.created_at)} for row in Follow.objects.by_user(user)
        ],
        "お知らせ": [_notification(row) for row in Notification.objects.visible_to(user)],
        "通報": [_report(row) for row in AbuseReport.objects.by_user(user)],
        "投稿についての市の判断": [_decision(row) for row in Decision.objects.in_force().of_author(user)],
        "課題": [_call(row) for row in Challenge.objects.written_by_person(user)],
        "提案（技術・ノウハウ）": [_call(row) for row in Offer.objects.written_by_person(user)],
        "マッチングのやりとり": [
            {"日時": _moment(row.written_at), "本文": row.body} for row in MatchMessage.objects.written_by_person(user)
        ],
        "活動報告": [_update(row) for row in ProjectUpdate.objects.written_by_person(user)],
        "提出した変更": [
            _revision(row)
            for model in (ProjectRevision, OrganizationRevision)
            for row in model.objects.made_by_person(user)
        ],
        "チェックシートの記入": [_side(row) for row in CheckSide.objects.filled_in_by(user)],
        "利用の制限": [_restriction(row) for row in Restriction.objects.for_user(user)],
        "操作の記録": [
            {
                "日時": _moment(row.at),
                "操作": in_words(row.verb),
                "対象": f"{thing_in_words(row.target_label)} {row.target_id}",
            }
            for row in AuditEntry.objects.by_user(user)
        ],
    }


def _moment(value: datetime | None) -> str | None:
    return timezone.localtime(value).isoformat(timespec="seconds") if value else None


def _account(user: User) -> dict[str, object]:
    return {
        "メールアドレス": user.email,
        "確認済みのアドレス": [
            {"アドレス": row.email, "確認済み": row.verified} for row in EmailAddress.objects.filter(user=user)
        ],
        "ニックネーム": user.nickname,
        "年代": user.get_age_band_display(),
        "お住まいの地域": user.get_district_display(),
        "調布市との関わり": user.get_relation_display(),
        "まとめメール": user.wants_digest,
        "職員どうしで見える氏名": user.staff_name,
        "内線": user.extension,
        "仕事のメール": user.get_work_mail_display(),
        "終わった処理のお知らせ": user.wants_job_notices,
        "登録日時": _moment(user.created_at),
        "最後のログイン": _moment(user.last_login),
        "同意": {"規約の版": user.consent_version, "日時": _moment(user.consented_at)},
        "パスキー・二段階認証": [
            {"種類": row.type, "登録日時": _moment(row.created_at), "最後の使用": _moment(row.last_used_at)}
            for row in Authenticator.objects.filter(user=user)
        ],
        "外部サービスのログイン": [
            {"サービス": row.provider, "番号": row.uid} for row in SocialAccount.objects.filter(user=user)
        ],
    }


def _proposal(row: Proposal) -> dict[str, object]:
    return {
        "番号": row.code,
        "テーマ": row.consultation.title,
        "問い": row.question.text,
        "見出し": row.title,
        "本文": row.body,
        "表示名": row.shown_name,
        "状態": row.get_state_display(),
        "タグ": [tag.name for tag in row.tags.all()],
        "投稿時の年代": row.get_age_band_display(),
        "投稿時の地域": row.get_district_display(),
        "投稿時の調布市との関わり": row.get_relation_display(),
        "収集経路": row.get_channel_display(),
        "イイネ！の数": row.like_total,
        "コメントの数": row.comment_count,
        "投稿日時": _moment(row.created_at),
        "編集日時": _moment(row.edited_at),
        "編集前の文": [
            {"見出し": old.title, "本文": old.body, "編集日時": _moment(old.replaced_at)} for old in row.revisions.all()
        ],
    }


def _comment(row: Comment) -> dict[str, object]:
    return {
        "意見": row.proposal.code,
        "本文": row.body,
        "表示名": row.shown_name,
        "状態": row.get_state_display(),
        "返信": row.parent_id is not None,
        "投稿日時": _moment(row.created_at),
    }


def _opinion(row: Opinion) -> dict[str, object]:
    sender = getattr(row, "sender", None)
    return {
        "受付番号": row.number_shown,
        "案件": row.case.title,
        "意見": [{"どこへ": part.about, "本文": part.body} for part in row.current_parts],
        "氏名": getattr(sender, "name", ""),
        "住所": getattr(sender, "address", ""),
        "連絡先": getattr(sender, "contact", ""),
        "状態": row.get_state_display(),
        "受け付けた日": row.received_on.isoformat(),
    }


def _notification(row: Notification) -> dict[str, object]:
    """Return a notification without its body, which quotes what somebody else wrote."""
    return {
        "見出し": row.title,
        "ページ": row.address,
        "日時": _moment(row.renewed_at),
        "既読日時": _moment(row.read_at),
        "メール送信日時": _moment(row.mailed_at),
    }


def _decision(row: Decision) -> dict[str, object]:
    """Return a moderation decision without the notes of staff."""
    return {
        "意見": row.case.proposal_of_text.code,
        "コメントについて": row.case.comment_id is not None,
        "判断": row.get_action_display(),
        "理由": str(row.article or ""),
        "日時": _moment(row.decided_at),
        "異議の申立て": row.appeal,
        "申立て日時": _moment(row.appealed_at),
    }


def _restriction(row: Restriction) -> dict[str, object]:
    return {
        "制限": row.get_kind_display(),
        "理由": row.reason,
        "運用ポリシーの条": row.article,
        "開始": _moment(row.starts_at),
        "終了": _moment(row.ends_at),
        "解除": _moment(row.lifted_at),
        "異議の申立て": row.appeal,
    }


def _report(row: AbuseReport) -> dict[str, object]:
    proposal = row.proposal or (row.comment.proposal if row.comment else None)
    return {
        "対象の意見": proposal.code if proposal else "",
        "コメントへの通報": row.comment_id is not None,
        "理由": row.get_reason_display(),
        "くわしい内容": row.text,
        "日時": _moment(row.created_at),
    }


def _call(row: Challenge | Offer) -> dict[str, object]:
    """Return a challenge or an offer."""
    return {
        "題名": row.title,
        "内容": row.body,
        "条件": row.conditions,
        "出した側": row.origin,
        "状態": row.get_state_display(),
        "作成日時": _moment(row.created_at),
        "公開日時": _moment(row.published_at),
    }


def _update(row: ProjectUpdate) -> dict[str, object]:
    return {
        "取組": row.project.title,
        "見出し": row.title,
        "内容": row.body,
        "日付": row.happened_on.isoformat(),
        "公開日時": _moment(row.published_at),
    }


def _revision(row: ProjectRevision | OrganizationRevision) -> dict[str, object]:
    """Return a revision with its whole content."""
    return {
        "対象": str(row.subject),
        "番号": row.number,
        "内容": row.content,
        "変更の説明": row.note,
        "状態": row.get_state_display(),
        "提出日時": _moment(row.made_at),
    }


def _side(row: CheckSide) -> dict[str, object]:
    """Return that a side was filled in, without its answers: they are blind and read on the sheet's page only."""
    return {"チェックシート": str(row.sheet), "側": row.side, "提出日時": _moment(row.submitted_at)}
