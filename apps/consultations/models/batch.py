"""Batches (まとめ入力と取り込み): proposals from paper, workshops and the counter, typed by staff or imported from a file."""

from datetime import datetime, timedelta
from typing import Self

from django.apps import apps
from django.conf import settings
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role, User
from apps.consultations.models.base import ActionRefused
from apps.consultations.models.channel import Channel
from apps.consultations.models.consultation import Consultation
from apps.core.copies import Copied
from apps.core.submission import SubmitKeyField
from apps.core.textfields import TypedCharField
from apps.core.types import StrOrPromise

EVENT_MAX = 60
GROUP_MAX = 40
TAKE_BACK_MAX = 300
FILES_KEPT = timedelta(days=14)
WORDS = (
    "voices",
    "changes",
    "agreed",
    "doubts",
    "problems",
)  # what `result` holds of the words of a file, until it is in


BY_HAND = [
    Channel.WORKSHOP, Channel.PAPER, Channel.DESK, Channel.POST, Channel.FAX, Channel.EMAIL, Channel.PHONE,
]  # fmt: skip


def require_intake(consultation: Consultation) -> None:
    """Refuse voices from paper before the opening and after the city's answer; in between, after the closing too.

    Sheets from a box or a workshop reach the office after the closing time. The answer ends it: it says what was read.
    """
    if consultation.is_legacy:
        return
    if not consultation.is_published or consultation.opens_at > timezone.now():
        raise ActionRefused(_("受付が始まる前のテーマには、意見を入力できません。"))
    if consultation.answered_at:
        raise ActionRefused(_("市の回答を公開した後は、意見を追加できません。"))


def why_no_intake(consultation: Consultation) -> StrOrPromise:
    """Return the sentence with which `require_intake` refuses now; empty when it does not."""
    try:
        require_intake(consultation)
    except ActionRefused as refused:
        sentence: StrOrPromise = refused.sentence
        return sentence
    return ""


class BatchQuerySet(models.QuerySet["Batch"]):
    """QuerySet of Batch."""

    def manageable_by(self, user: User) -> Self:
        """Return those of the consultations that the person works on."""
        if user.has_role(Role.SECRETARIAT):
            return self.all()
        return self.filter(consultation__department__in=user.department_ids())

    def with_counts(self) -> Self:
        """Annotate `voice_count` (int): how many proposals came in by it; for a file with those of its events."""
        voices = apps.get_model("consultations", "Proposal")._default_manager.order_by()
        counts = [
            Coalesce(Subquery(found.values(column).annotate(n=models.Count("*")).values("n")), 0)
            for column in ("batch", "batch__part_of")
            for found in [voices.filter(**{column: OuterRef("pk")})]
        ]
        return self.select_related("consultation", "part_of").annotate(voice_count=counts[0] + counts[1])

    def with_parts(self, batch: "Batch") -> Self:
        """Filter a batch, and for a file also the events that it names."""
        return self.filter(Q(pk=batch.pk) | Q(part_of=batch))

    def mark(self, *, taken_back_at: datetime | None, reason: str) -> int:
        """Store that they are withdrawn (soft delete), or with None that they are restored."""
        return self.update(taken_back_at=taken_back_at, taken_back_reason=reason)

    def for_import(self, pk: int) -> "Batch | None":
        """Return the batch with its consultation, as the import needs it."""
        return self.select_related("consultation", "entered_by").filter(pk=pk).first()

    def repeating(self, text: models.Model) -> Self:
        """Return those that may repeat words of a text: what it came in by, and files of its theme that wait to be brought in.

        The check of such a file has shown what it would change, with the present words.
        """
        batch = getattr(text, "batch", None)
        own = Q(pk__in=[batch.pk, batch.part_of_id]) if batch else Q(pk=None)
        theme = getattr(text, "consultation_id", None)
        return self.filter(own | (Q(consultation=theme) & ~Q(file="")) if theme else own)

    def forget_files(self) -> int:
        """Remove uploaded files after two weeks, with what the check showed of them: they hold what people wrote, in any
        form. How many there were."""
        kept = self.filter(~Q(file="") | Q(result__has_any_keys=list(WORDS)))
        old = list(kept.filter(created_at__lt=timezone.now() - FILES_KEPT))
        for batch in old:
            batch.forget_file()
        return len(old)


class Batch(models.Model):
    """One list that staff typed after a workshop, or one imported file. Who typed it stays inside the city.

    `result` holds the numbers of the check and of the import, and the first of the rows that could not be read.
    """

    class Source(models.TextChoices):
        """How it came in."""

        TYPED = "typed", _("まとめ入力")
        FILE = "file", _("ファイルの取り込み")

    copied_words = (Copied("result"),)

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="batches", verbose_name=_("テーマ"))
    source = models.CharField(_("入力の方法"), max_length=10, choices=Source.choices, default=Source.TYPED)
    channel = models.CharField(_("収集経路"), max_length=10, choices=Channel.choices)
    event_name = TypedCharField(_("行事名"), max_length=EVENT_MAX, blank=True)
    held_on = models.DateField(_("集めた日"), null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("入力した職員")
    )
    created_at = models.DateTimeField(_("入力日時"), auto_now_add=True)
    submit_key = SubmitKeyField(unique=True)
    file = models.FileField(
        _("ファイル"),
        upload_to="batches/%Y/%m/",
        blank=True,
        validators=[FileExtensionValidator(["csv", "txt", "xlsx"])],
    )
    file_name = TypedCharField(_("ファイル名"), max_length=200, blank=True)
    likes_on = models.DateField(_("イイネ！の数の時点"), null=True, blank=True)
    use_names = models.BooleanField(_("名前の列を表示名にする"), default=False)
    result = models.JSONField(_("結果"), default=dict, blank=True, editable=False)
    checked_at = models.DateTimeField(_("確認日時"), null=True, blank=True, editable=False)
    imported_at = models.DateTimeField(_("取込日時"), null=True, blank=True, editable=False)
    part_of = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="parts", verbose_name=_("取り込んだファイル")
    )
    taken_back_at = models.DateTimeField(_("取消日時"), null=True, blank=True, editable=False)
    taken_back_reason = TypedCharField(_("取り消した理由"), max_length=TAKE_BACK_MAX, blank=True, editable=False)

    voice_count: int  # by `with_counts`

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("まとめ入力・取り込み")
        verbose_name_plural = _("まとめ入力・取り込み")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(source="file") | (~Q(event_name="") & Q(held_on__isnull=False)),
                name="batch_event_named",
                violation_error_message=_("行事名と日付を入れてください。"),
            ),
            models.CheckConstraint(
                condition=Q(source="file") | Q(channel__in=[c.value for c in BY_HAND]),
                name="batch_channel_by_hand",
                violation_error_message=_(
                    "収集経路は、ワークショップ・紙・窓口・郵送・FAX・メール・電話から選んでください。"
                ),
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at=None) | ~Q(taken_back_reason=""),
                name="batch_taken_back_reason",
                violation_error_message=_("取り消す理由を書いてください。"),
            ),
        ]

    def __str__(self) -> str:
        return self.event_name or self.file_name or str(self.get_source_display())

    def get_absolute_url(self) -> str:
        """Return the URL of its page in the admin site."""
        name = "import" if self.source == self.Source.FILE else "change"
        return reverse(f"admin:consultations_batch_{name}", args=[self.pk])

    @property
    def may_import(self) -> bool:
        """Return whether its file was checked, is still there and was not brought in yet."""
        is_ready = self.checked_at is not None and self.imported_at is None and self.taken_back_at is None
        return bool(self.file) and is_ready

    def require_not_withdrawn(self) -> None:
        """Refuse what would make a voice of it public while it is taken back."""
        if self.taken_back_at:
            raise ActionRefused(
                _("入力の誤りとして取り消されたまとまりの意見です。先に、まとまりを元に戻してください。")
            )

    def forget_file(self) -> None:
        """Remove the uploaded file, and what the check showed of its words; its numbers stay."""
        if self.file:
            self.file.delete(save=False)
        self.result = {name: value for name, value in self.result.items() if name not in WORDS}
        self.save(update_fields=["file", "result"])
