"""Save the drafts of a filled-in file: all of them or none, under the optimistic lock of each draft."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.consultations.models import ActionRefused, Reply, ReplyStatus
from apps.consultations.services.reply_file import ReplyScope

CHANGED = gettext_lazy(
    "%(code)s の下書きは、確認のあとにほかの職員が変えました。もう一度ファイルを選んで確かめてください。"
)


@transaction.atomic
def save_drafts(*, rows: list[dict[str, Any]], scope: ReplyScope, by: User) -> int:
    """Save each row as the draft of its department. Return how many changed; a repeat changes nothing.

    Raise ActionRefused, with nothing written, when somebody else changed one of the drafts since the file was checked.
    """
    by.hold()
    departments = {row.code: row for row in scope.departments.values()}
    statuses = {row.code: row for row in ReplyStatus.objects.offered()}
    saved = 0
    for row in rows:
        target, department = scope.targets.get(row["code"]), departments.get(row["department"])
        if target is None or department is None or (row["status"] and row["status"] not in statuses):
            raise ActionRefused(_("%(code)s には、もう答えられません。もう一度ファイルを選んでください。") % row)
        found = scope.replies.get((row["code"], department.name))
        reply = Reply.objects.get_for_update(found.pk) if found else None
        status = statuses.get(row["status"])
        if reply and (reply.draft_status, reply.draft_body) == (status, row["answer"]):
            continue
        if (reply.draft_version if reply else 0) != row["version"]:
            raise ActionRefused(CHANGED % row)
        if reply is None:
            reply = Reply(department=department)
            reply.answer_to(target)
        reply.draft_status, reply.draft_body = status, row["answer"]
        try:
            with transaction.atomic():
                reply.save_draft(by=by)
        except IntegrityError as begun:  # somebody began this department's reply meanwhile
            raise ActionRefused(CHANGED % row) from begun
        saved += 1
    return saved
