"""Labels of the audit trail's verbs, roles and targets; a test demands one for each verb."""

from contextlib import suppress

from django.apps import apps
from django.utils.translation import gettext_lazy as _

WORDS = {
    "accept_invitation": _("招待の受諾"),
    "add": _("追加"),
    "add_evidence": _("根拠資料の追加"),
    "add_figure": _("数値の追加"),
    "add_link": _("関連の追加"),
    "add_value": _("指標の値の追加"),
    "agree_check_sheet": _("チェックシートの合意"),
    "answer": _("結果の公表（テーマ）"),
    "appeal": _("異議の申出"),
    "approve": _("承認して公開"),
    "approve_tag": _("タグの承認"),
    "ask_erasure": _("完全な削除の依頼"),
    "assign": _("担当課への割当て"),
    "attach_guest_comment": _("ゲストのコメントの引継ぎ"),
    "attach_guest_proposal": _("ゲスト投稿の引継ぎ"),
    "change": _("変更"),
    "change_figure": _("数値の訂正"),
    "change_value": _("指標の値の変更"),
    "choose_voice": _("声の選定"),
    "confirm_match": _("マッチングの確認"),
    "confirm_sheet": _("シートの確定"),
    "confirm_stage": _("段階の確認"),
    "correct_sheet": _("シートの訂正"),
    "correct_stage_day": _("段階の日付の訂正"),
    "decline_erasure": _("完全な削除の見送り"),
    "delete_value": _("指標の値の削除"),
    "dictionary": _("分析用辞書の変更"),
    "draft_answer": _("市の回答（まとめ）の下書き"),
    "draft_reply": _("回答案の作成"),
    "drop_voice": _("声の選定の取消し"),
    "end_call": _("課題・提案の終了"),
    "end_posting": _("役割の終了"),
    "enter_batch": _("紙などの意見の入力"),
    "enter_stage": _("段階の開始"),
    "erase": _("完全な削除"),
    "erase_reason": _("理由の消去"),
    "export": _("書き出し"),
    "freeze": _("集計の固定"),
    "give_grade": _("年次評価"),
    "go_back_to_wording": _("前の文への復元"),
    "group": _("論点へのまとめ"),
    "hand_in_revision": _("改訂案の提出"),
    "hide": _("非表示"),
    "hide_project": _("取組の非公開"),
    "import": _("取込み"),
    "import_value": _("指標の値の取込み"),
    "invite": _("招待"),
    "keep": _("公開の継続"),
    "keep_desk_data": _("事務局情報の保存"),
    "leave": _("退会"),
    "lift_restriction": _("利用制限の解除"),
    "make_report": _("年次報告書の作成"),
    "mark_differing": _("相違の確認"),
    "move_voice": _("声の移動"),
    "object_to_restriction": _("利用制限への異議"),
    "open_case": _("案件の開始"),
    "open_check_sheet": _("チェックシートの開始"),
    "open_year": _("年度の開始"),
    "propose_match": _("マッチングの申込み"),
    "publish": _("公開"),
    "publish_call": _("課題・提案の公開"),
    "publish_project": _("取組の公開"),
    "publish_reply": _("回答の公表"),
    "publish_report": _("年次報告書の公表"),
    "publish_result": _("結果の公表"),
    "publish_sheet": _("シートの公表"),
    "publish_topic": _("論点の公開"),
    "publish_update": _("お知らせの公開"),
    "published_revision": _("改訂案の公開"),
    "put_back_batch": _("まとめて入力した意見の復元"),
    "redact": _("一部を伏せる"),
    "remove_evidence": _("根拠資料の削除"),
    "remove_figure": _("数値の削除"),
    "remove_furigana": _("ふりがなの削除"),
    "remove_link": _("関連の削除"),
    "remove_sheet": _("シートの取消し"),
    "rename_organization": _("団体名の変更"),
    "reopen_sheet": _("シートの再開"),
    "reschedule": _("期間の変更"),
    "restore": _("公開に戻す"),
    "restrict": _("利用制限"),
    "return_call": _("課題・提案の差戻し"),
    "returned_revision": _("改訂案の差戻し"),
    "revise_contact": _("お問い合わせ先の変更"),
    "revise_page": _("ページの改訂"),
    "revoke_invitation": _("招待の取消し"),
    "reword": _("問いの文言の変更"),
    "reword_consultation": _("テーマの文の変更"),
    "save_check_side": _("チェックシートの途中保存"),
    "set_active": _("利用の停止・再開"),
    "set_furigana": _("ふりがなの登録"),
    "set_outlook": _("進捗見込の記入"),
    "sign_agreement": _("協定の締結"),
    "state_challenge": _("課題の提出"),
    "state_offer": _("提案（技術・ノウハウ）の提出"),
    "submit_check_side": _("チェックシートの提出"),
    "take_back_assignment": _("割当ての取消し"),
    "send_back_assignment": _("割当ての差し戻し"),
    "take_back_value": _("指標の値の取込みの取消し"),
    "take_back_batch": _("まとめて入力した意見の取消し"),
    "take_over_sheet": _("シートの引継ぎ"),
    "try_mail_again": _("メールの再送"),
    "undo": _("処置の取消し"),
    "undo_withdrawal": _("取り下げの取消し"),
    "ungroup": _("論点からの除外"),
    "unmark_differing": _("相違の確認の取消し"),
    "uphold": _("非表示の継続"),
    "write_agreement": _("協定案の記入"),
    "write_block": _("欄の記入"),
    "write_plain_wording": _("やさしい日本語などの文の記入"),
    "write_note": _("メモの記入"),
    "write_update": _("お知らせの記入"),
}

# Who acted. A person with several roles is noted with all of them; operations knows no roles, so the words stand here.
ACTORS = {
    "council": _("協議会構成団体の担当者"),
    "guest": _("ゲスト"),
    "moderator": _("モデレーター"),
    "resident": _("市民"),
    "secretariat": _("職員（企画経営課・事務局）"),
    "staff": _("職員（所管課）"),
    "superuser": _("システム管理者"),
    "system": _("システム（自動処理）"),
}


def in_words(verb: str) -> str:
    """Return the label of a verb; the verb itself without one."""
    return str(WORDS.get(verb, verb))


def actor_in_words(roles: str) -> str:
    """Return the labels of the comma-separated roles in which somebody acted."""
    return "、".join(str(ACTORS.get(role, role)) for role in roles.split(","))


def thing_in_words(label: str) -> str:
    """Return the verbose name of a model label; the label itself for an unknown model."""
    with suppress(LookupError, ValueError):
        return str(apps.get_model(label)._meta.verbose_name)
    return label
