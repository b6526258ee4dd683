"""Consultations (テーマ・意見募集): from the announcement to the city's answer."""

from datetime import date, datetime

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Department, User
from apps.consultations.models.answers.consultation_answer import AnswerChange
from apps.consultations.models.base import ActionRefused
from apps.consultations.models.consultation_queryset import ConsultationQuerySet
from apps.consultations.models.plain_wording import PlainlyWorded
from apps.consultations.models.schedule import ScheduleChange
from apps.consultations.models.tag import ConsultationTag, TagsField
from apps.consultations.models.theme_picture import PicturedMixin
from apps.consultations.models.wording import WordedMixin
from apps.core.date_formats import closing, opening
from apps.core.models import Searchable, Timestamped
from apps.core.textfields import TypedCharField, TypedTextField
from apps.core.two_phase import is_any_reader
from apps.operations.models import AuditEntry
from apps.vision.models import Field, Viewpoint


class Consultation(WordedMixin, Timestamped, Searchable, PlainlyWorded, PicturedMixin):
    """A consultation: what is asked, why, until when, and by when the city promises to answer.

    Its state follows from its dates and from two decisions of the staff (publishing, answering); it is never typed in.
    """

    search_fields = ("title", "summary", "background")

    slug = models.SlugField(_("アドレス名"), unique=True, help_text=_("英小文字・数字・ハイフン。公開後は変えません。"))
    title = TypedCharField(_("テーマ"), max_length=120)
    summary = TypedTextField(_("概要"), max_length=400)
    background = TypedTextField(_("背景・参考情報"), blank=True, help_text=_("見出しや箇条書きはMarkdownで書けます。"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="consultations", verbose_name=_("所管課"))
    viewpoints = models.ManyToManyField(Viewpoint, blank=True, related_name="consultations", verbose_name=_("視点"))
    fields = models.ManyToManyField(Field, blank=True, related_name="consultations", verbose_name=_("分野"))
    tags = TagsField(_("タグ"), through=ConsultationTag, blank=True)
    opens_at = models.DateTimeField(_("受付開始"))
    closes_at = models.DateTimeField(_("受付終了"))
    period_note = TypedCharField(_("期間の注記"), max_length=60, blank=True)
    reply_due_on = models.DateField(_("回答予定日"), null=True, blank=True)
    allows_guests = models.BooleanField(
        _("登録していない人も参加できる"),
        default=False,
        help_text=_("意見は合言葉で後から直せます。イイネ！は、登録した人のものとは別に数えます。"),
    )
    allows_guest_comments = models.BooleanField(
        _("登録していない人もコメントできる"),
        default=False,
        help_text=_("コメントも合言葉で後から取り下げられます。「登録していない人も参加できる」とあわせて選びます。"),
    )
    holds_all = models.BooleanField(
        _("承認してから公開する"), default=False, help_text=_("外すと、投稿はすぐに公開されます。")
    )
    holds_first = models.BooleanField(
        _("はじめての投稿は承認してから公開する"),
        default=False,
        help_text=_("一度も公開された投稿のない人の投稿だけを、承認待ちにします。"),
    )
    holds_guests = models.BooleanField(
        _("登録していない人の投稿は承認してから公開する"), default=True, help_text=_("意見とコメントの両方が待ちます。")
    )
    hides_after_reports = models.PositiveSmallIntegerField(
        _("通報が続いたとき自動で非表示にする人数"),
        null=True,
        blank=True,
        help_text=_("空欄のときは、通報だけで非表示になることはありません。職員が一度確認した投稿には働きません。"),
    )
    is_legacy = models.BooleanField(_("旧Liqlidから移行"), default=False)
    published_at = models.DateTimeField(_("公開日時"), null=True, blank=True, editable=False)
    answered_at = models.DateTimeField(_("回答日時"), null=True, blank=True, editable=False)
    answer = TypedTextField(_("市の回答（まとめ）"), blank=True)
    answer_draft = TypedTextField(_("市の回答（まとめ）の下書き"), blank=True, editable=False)

    new_count: int  # of rows read `with_voices_of`

    objects = ConsultationQuerySet.as_manager()

    class Meta(Searchable.Meta):
        verbose_name = _("テーマ（意見募集）")
        verbose_name_plural = _("テーマ（意見募集）")
        ordering = ["-opens_at", "-pk"]
        indexes = [*Searchable.Meta.indexes, models.Index(fields=["closes_at"], name="consultation_closes")]
        constraints = [
            *PicturedMixin.Meta.constraints,
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="consultation_period",
                violation_error_message=_("受付終了は受付開始より後にしてください。"),
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(reply_due_on__isnull=False) | Q(is_legacy=True),
                name="consultation_promise",
                violation_error_message=_("公開するには回答予定日が必要です。"),
            ),
            models.CheckConstraint(
                condition=Q(hides_after_reports=None) | Q(hides_after_reports__gte=2),
                name="consultation_reports",
                violation_error_message=_("自動で非表示にする人数は2人以上にしてください。"),
            ),
            models.CheckConstraint(
                condition=Q(allows_guest_comments=False) | Q(allows_guests=True),
                name="consultation_guest_comments",
                violation_error_message=_(
                    "登録していない人のコメントを受け付けるには、「登録していない人も参加できる」も選んでください。"
                ),
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | (~Q(answer="") & Q(published_at__isnull=False)),
                name="consultation_answered_whole",
                violation_error_message=_("回答済にするには市の回答を書いてください。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str]:
        """Return its slug."""
        return (self.slug,)

    def get_absolute_url(self) -> str:
        """Return the URL of its page."""
        return reverse("consultations:consultation", args=[self.slug])

    def write_url_for(self, user: User | AnonymousUser) -> str:
        """Return the URL of the form for a visitor: the guest's, where guests are asked and nobody is signed in."""
        as_guest = self.allows_guests and not user.is_authenticated
        return reverse("consultations:propose_guest" if as_guest else "consultations:propose", args=[self.slug])

    def clean(self) -> None:
        """Require the promised reply date to be after the closing."""
        if self.reply_due_on and self.closes_at and self.reply_due_on < timezone.localdate(self.closes_at):
            raise ValidationError({"reply_due_on": _("回答予定日は受付終了日以後の日にしてください。")})

    @property
    def image_url(self) -> str:
        """Return the URL of its picture for sharing."""
        return reverse("consultations:consultation_image", args=[self.slug])

    @property
    def shown_title(self) -> str:
        """Return the title in the reader's words."""
        return self.in_plain_words("title", self.title)

    @property
    def shown_summary(self) -> str:
        """Return 概要 in the reader's words."""
        return self.in_plain_words("summary", self.summary)

    @property
    def shown_background(self) -> str:
        """Return 背景 in the reader's words."""
        return self.in_plain_words("background", self.background)

    @property
    def is_published(self) -> bool:
        """Return whether it was announced to everyone."""
        return self.published_at is not None and self.published_at <= timezone.now()

    @property
    def is_open(self) -> bool:
        """Return whether proposals are taken now."""
        return self.is_published and self.opens_at <= timezone.now() < self.closes_at

    @property
    def takes_guest_comments(self) -> bool:
        """Return whether people without an account may comment here."""
        return self.allows_guests and self.allows_guest_comments

    @property
    def state(self) -> str:
        """Return draft, upcoming, open, counting or answered (下書き / 予告 / 受付中 / 集計中 / 回答済)."""
        now = timezone.now()
        if not self.is_published:
            return "draft"
        if self.answered_at:
            return "answered"
        if now < self.opens_at:
            return "upcoming"
        return "open" if now < self.closes_at else "counting"

    @property
    def period_shown(self) -> str:
        """Return from when until when proposals are taken, to the hour; of what came from 旧Liqlid, as it was noted there."""
        return self.period_note or f"{opening(self.opens_at)}〜{closing(self.closes_at)}"

    @property
    def awaits_reply(self) -> bool:
        """Return True if a promised answer is still to come."""
        return bool(self.is_published and self.reply_due_on and not self.answered_at)

    @property
    def reply_days_left(self) -> int | None:
        """Return days until the promised day, 0 on the day itself; None without an open promise or when it has passed."""
        if not self.awaits_reply or not self.reply_due_on:
            return None
        days = (self.reply_due_on - timezone.localdate()).days
        return days if days >= 0 else None

    @property
    def reply_days_late(self) -> int:
        """Return by how many days the answer is overdue; 0 if it is not."""
        if not self.awaits_reply or not self.reply_due_on:
            return 0
        return max(0, (timezone.localdate() - self.reply_due_on).days)

    @property
    def is_late(self) -> bool:
        """Return True if the promised day has passed without an answer (遅れ)."""
        return self.reply_days_late > 0

    def is_followed_by(self, user: User) -> bool:
        """Return whether the person follows it."""
        return not is_any_reader(user) and self.follows.filter(user=user).exists()

    def require_open(self) -> None:
        """Refuse, with what comes next, unless one of its questions takes proposals now."""
        questions = list(self.questions.all())
        if any(question.is_open for question in questions):
            return
        upcoming = [question for question in questions if timezone.now() < question.first_moment]
        for question in upcoming[:1] or questions[-1:]:
            question.require_open()
        raise ActionRefused(_("このテーマには、まだ問いがありません。"))

    def publish(self, *, by: User) -> None:
        """Publish it; needs a question and a promised reply date (except for what came from 旧Liqlid)."""
        if not self.reply_due_on and not self.is_legacy:
            raise ActionRefused(_("公開するには回答予定日が必要です。"))
        if not self.questions.exists():
            raise ActionRefused(_("公開するには問いが一つ以上必要です。"))
        with transaction.atomic():
            self.published_at = self.published_at or timezone.now()
            self.save(update_fields=["published_at", "updated_at"])
            AuditEntry.record("publish", self, by=by)

    def reschedule(
        self, *, by: User, reason: str, closes_at: datetime | None = None, reply_due_on: date | None = None
    ) -> None:
        """Move the closing time or the promised reply date of an announced consultation.

        Needs a reason. Old and new dates and the reason stay public (ScheduleChange). Raises ActionRefused without a reason,
        ValidationError when the new dates contradict each other.
        """
        if not reason.strip():
            raise ActionRefused(_("日程を変えるときは理由を書いてください。"))
        changes = []
        if closes_at and closes_at != self.closes_at:
            changes.append(ScheduleChange(what="closes_at", old_time=self.closes_at, new_time=closes_at))
            self.closes_at = closes_at
        if reply_due_on and reply_due_on != self.reply_due_on:
            changes.append(ScheduleChange(what="reply_due_on", old_day=self.reply_due_on, new_day=reply_due_on))
            self.reply_due_on = reply_due_on
        self.full_clean(exclude=["tags"])
        with transaction.atomic():
            self.save(update_fields=["closes_at", "reply_due_on", "updated_at"])
            for change in changes:
                change.consultation, change.reason, change.changed_by = self, reason.strip(), by
                change.save()
                with translation.override("ja"):  # the record speaks one language, whoever moved the date
                    AuditEntry.record("reschedule", self, by=by, reason=reason, what=change.what, to=change.new_shown)

    def close_early(self, *, by: User, reason: str) -> None:
        """Stop taking proposals now."""
        if not self.is_open:
            raise ActionRefused(_("受付中ではないため、早期終了できません。"))
        self.reschedule(by=by, reason=reason, closes_at=timezone.now())

    @property
    def answer_in_work(self) -> str:
        """Return the city's answer as staff go on writing it: the draft, else what is public."""
        return self.answer_draft or self.answer

    def draft_answer(self, text: str, *, by: User) -> bool:
        """Keep what staff typed as the city's answer, not yet public; whether a draft is there now."""
        draft = "" if text.strip() == self.answer.strip() else text.strip()
        if draft != self.answer_draft:
            with transaction.atomic():
                self.answer_draft = draft
                self.save(update_fields=["answer_draft", "updated_at"])
                AuditEntry.record("draft_answer", self, by=by)
        return bool(draft)

    def give_answer(self, *, by: User, answer: str) -> None:
        """Answer the consultation as a whole: 回答済. A correction later keeps the day of the first answer.

        Nothing that was public is lost: each wording stays in a public timeline (AnswerChange). Raises ActionRefused while
        proposals are taken, without words, and without a difference.
        """
        if self.opens_at > timezone.now() or self.is_open:
            raise ActionRefused(_("回答は受付終了の後に公開できます。"))
        if not answer.strip():
            raise ActionRefused(_("市の回答を書いてください。"))
        with transaction.atomic():
            stored = Consultation.objects.select_for_update(of=("self",)).get(pk=self.pk)
            if stored.answered_at and stored.answer == answer.strip():
                raise ActionRefused(_("公開中の市の回答と同じです。文を変えてから公開してください。"))
            AnswerChange.objects.add_imported_answer(stored)
            now = timezone.now()
            self.answer, self.answered_at = answer.strip(), stored.answered_at or now
            self.answer_draft = ""
            self.save(update_fields=["answer", "answer_draft", "answered_at", "updated_at"])
            AnswerChange.objects.add(self, moment=now)
            AuditEntry.record("answer", self, by=by)
