"""提出意見: what somebody handed in to a case, in parts, and the name and address that the ordinance asks for."""

import hashlib
import secrets
from typing import Self

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.consultations.models.guest import nobodys
from apps.consultations.passphrase import new_passphrase, normalised
from apps.core.modelfields import PastDateTimeField
from apps.core.submission import SubmitKeyField
from apps.core.text import fold
from apps.core.textfields import TypedCharField, TypedTextField
from apps.documents.models import Section
from apps.public_comments.models.case import Case
from apps.public_comments.models.vocabulary import Eligibility

BODY_MOST = 4000
DIGITS = 8


class Channel(models.TextChoices):
    """How an opinion came in."""

    WEB = "web", _("ウェブ")
    POST = "post", _("郵送")
    FAX = "fax", _("FAX")
    COUNTER = "counter", _("窓口")
    MAIL = "mail", _("メール")


class State(models.TextChoices):
    """What an opinion counts as."""

    ACCEPTED = "accepted", _("受付")
    EXCLUDED = "excluded", _("数えない")
    WITHDRAWN = "withdrawn", _("取下げ")


def new_number() -> str:
    """Return a free receipt number of eight random digits: it does not tell how many opinions came before."""
    while True:
        number = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        if not Opinion.objects.filter(number=number).exists():
            return number


def read_number(typed: str) -> str:
    """Return the digits of a receipt number, however it was typed: ４８２７－１９３５ is 48271935."""
    return "".join(letter for letter in fold(typed) if letter.isascii() and letter.isdigit())


class OpinionQuerySet(models.QuerySet["Opinion"]):
    """QuerySet of Opinion. None is public: what everybody reads is the table of the result."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter the opinions to the cases that the user runs; none for anybody else."""
        if not user.is_staff:
            return self.none()
        return self.filter(case__in=Case.objects.manageable_by(user).order_by().values("pk"))

    def accepted(self) -> Self:
        """Filter the opinions that count."""
        return self.filter(state=State.ACCEPTED)

    def for_pages(self) -> Self:
        """Join case and category, and prefetch the parts that hold now as `current_parts`, with their sections."""
        parts = OpinionPart.objects.current().select_related("section").order_by("order", "pk")
        return self.select_related("case__department", "case__version__document", "eligibility").prefetch_related(
            models.Prefetch("parts", parts, to_attr="current_parts")
        )

    def unchecked(self) -> Self:
        """Filter opinions that staff typed in and that no second person has compared with the paper."""
        return self.filter(checked_at=None, state=State.ACCEPTED).exclude(channel=Channel.WEB)

    def texts_after(self, case: int, after: int, most: int) -> Self:
        """Return the next accepted opinions to a case after this key, with their parts, for the reader of words."""
        rows = self.filter(case=case, state=State.ACCEPTED, pk__gt=after).order_by("pk")
        parts = OpinionPart.objects.current().order_by("order", "pk")
        return rows.prefetch_related(models.Prefetch("parts", parts, to_attr="current_parts"))[:most]

    def by_author(self, user: User) -> Self:
        """Filter what was sent by somebody who asked to be told in the own account, oldest first."""
        return self.filter(author=user).order_by("pk")

    def to_be_told(self, case: Case) -> list[int]:
        """Return the keys of the accounts that asked to be told of the result of a case."""
        told = self.filter(case=case, author__isnull=False).exclude(state=State.WITHDRAWN)
        return list(told.order_by("author").values_list("author", flat=True).distinct())

    def forget_author(self) -> int:
        """Detach opinions from the account that wished to be told. Return how many."""
        return self.update(author=None)

    def opened_by(self, number: str, typed: str) -> "Opinion | None":
        """Return the opinion of a receipt number if the passphrase is right. An unknown number takes as long to refuse."""
        opinion = self.for_pages().filter(number=read_number(number)).first()
        stored = opinion.passphrase if opinion and opinion.passphrase else nobodys()
        return opinion if check_password(normalised(typed), stored) and opinion else None


class Opinion(models.Model):
    """提出意見: one letter to a case. Nobody but the case's department and the secretariat reads it before the result.

    A correction keeps the former parts (`edition`); what was withdrawn keeps its number only. `author` is set only where
    somebody signed in asked to be told of the result.
    """

    audit_role = "guest"
    audit_id = None
    current_parts: list["OpinionPart"]  # of rows read `for_pages`

    class Excluded(models.TextChoices):
        """Why an opinion does not count."""

        LATE = "late", _("期間の後に届いた")
        NOT_ELIGIBLE = "not-eligible", _("提出できる人にあたらない")
        INCOMPLETE = "incomplete", _("氏名や住所が確かめられない")
        REPEATED = "repeated", _("同じ人の同じ意見がすでにある")

    case = models.ForeignKey(Case, models.PROTECT, related_name="opinions", verbose_name=_("案件"))
    number = models.CharField(_("受付番号"), max_length=DIGITS, unique=True, editable=False)
    channel = models.CharField(_("提出の方法"), max_length=10, choices=Channel.choices, default=Channel.WEB)
    is_group = models.BooleanField(_("団体"), default=False)
    eligibility = models.ForeignKey(
        Eligibility, models.PROTECT, related_name="opinions", verbose_name=_("提出した人の区分")
    )
    received_on = models.DateField(_("受け付けた日"))
    state = models.CharField(_("状態"), max_length=10, choices=State.choices, default=State.ACCEPTED)
    excluded_reason = models.CharField(_("数えない理由"), max_length=20, choices=Excluded.choices, blank=True)
    edition = models.PositiveSmallIntegerField(_("書き直した回数"), default=0, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="public_comments"
    )
    typed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("入力した職員"),
    )  # fmt: skip
    checked_at = PastDateTimeField(_("入力を確かめた日時"), null=True, blank=True, editable=False)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("入力を確かめた職員"),
    )  # fmt: skip
    passphrase = models.CharField(max_length=200, blank=True, editable=False)
    submit_key = SubmitKeyField(unique=True)
    created_at = models.DateTimeField(_("登録日時"), default=timezone.now, editable=False)
    changed_at = PastDateTimeField(_("直した・取り下げた日時"), null=True, blank=True, editable=False)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("提出意見")
        verbose_name_plural = _("提出意見")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(number__regex=rf"^[0-9]{{{DIGITS}}}$"), name="opinion_number_digits"),
            models.CheckConstraint(
                condition=Q(state="excluded", excluded_reason__gt="") | (~Q(state="excluded") & Q(excluded_reason="")),
                name="opinion_excluded_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(channel="web") | ~Q(passphrase=""), name="opinion_of_web_has_passphrase"
            ),
        ]

    def __str__(self) -> str:
        return self.number_shown

    def get_absolute_url(self) -> str:
        """Return the URL of the page where its sender sees it."""
        return reverse("public_comments:own", args=[self.number])

    @property
    def number_shown(self) -> str:
        """Return the receipt number as people read it out: 4827-1935."""
        return f"{self.number[:4]}-{self.number[4:]}"

    @property
    def is_typed(self) -> bool:
        """Return whether staff typed it in from paper, FAX or mail."""
        return self.channel != Channel.WEB

    @property
    def is_accepted(self) -> bool:
        """Return whether it counts."""
        return self.state == State.ACCEPTED

    @property
    def is_changeable(self) -> bool:
        """Return whether its sender may still correct or withdraw it."""
        return self.is_accepted and self.case.is_open

    def make_passphrase(self) -> str:
        """Make a passphrase and keep its hash. Return it in clear: it is told only now."""
        words = new_passphrase()
        self.passphrase = make_password(normalised(words))
        return words

    def get_for_update(self) -> "Opinion":
        """Return the row as it is now, locked until the transaction ends (SELECT … FOR UPDATE)."""
        return Opinion.objects.select_for_update(of=("self",)).select_related("case").get(pk=self.pk)


class OpinionPartQuerySet(models.QuerySet["OpinionPart"]):
    """QuerySet of OpinionPart."""

    def current(self) -> Self:
        """Filter the parts as their sender wants them now."""
        return self.filter(edition=F("opinion__edition"))

    def same_words(self, part: "OpinionPart") -> Self:
        """Filter the other current parts of accepted opinions to the case that have the same words."""
        rows = self.current().filter(text_key=part.text_key, opinion__case=part.opinion.case_id)
        return rows.filter(opinion__state=State.ACCEPTED).exclude(opinion=part.opinion_id)


class OpinionPart(models.Model):
    """What an opinion says of the whole draft or of one of its sections; never changed once it was sent."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="parts", verbose_name=_("提出意見"))
    edition = models.PositiveSmallIntegerField(default=0, editable=False)
    section = models.ForeignKey(
        Section, models.PROTECT, null=True, blank=True, related_name="opinion_parts", verbose_name=_("案の節")
    )
    body = TypedTextField(_("意見"), max_length=BODY_MOST)
    text_key = models.CharField(max_length=64, db_index=True, editable=False)  # equal for equal words
    order = models.PositiveSmallIntegerField(_("並び順"), default=0)

    objects = OpinionPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("意見の部分")
        verbose_name_plural = _("意見の部分")
        ordering = ["opinion", "edition", "order", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(body=""), name="opinion_part_not_empty")]

    def __str__(self) -> str:
        return f"{self.opinion_id}-{self.order + 1}"

    @property
    def about(self) -> str:
        """Return what it is about: the section, or the whole draft."""
        return str(self.section) if self.section else str(_("案の全体"))

    def note_words(self) -> None:
        """Set the key by which equal words are found, without saving."""
        plain = "".join(fold(self.body).split())
        self.text_key = hashlib.sha256(plain.encode()).hexdigest()


class SenderQuerySet(models.QuerySet["Sender"]):
    """QuerySet of Sender."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter the senders of the opinions that the user may read."""
        return self.filter(opinion__in=Opinion.objects.visible_to(user).order_by().values("pk"))


class Sender(models.Model):
    """提出した人: name and address as the ordinance asks for them. Never public, and deleted on the day that the case names.

    A table of its own: only the case's department and the secretariat see a row, and each look is noted.
    """

    opinion = models.OneToOneField(Opinion, models.CASCADE, related_name="sender", verbose_name=_("提出意見"))
    name = TypedCharField(_("氏名・団体名"), max_length=80)
    address = TypedCharField(_("住所・所在地"), max_length=200)
    representative = TypedCharField(_("代表者の氏名"), max_length=80, blank=True)
    contact = TypedCharField(_("連絡先"), max_length=120, blank=True)
    detail = TypedCharField(_("区分についての答え"), max_length=200, blank=True)

    objects = SenderQuerySet.as_manager()

    class Meta:
        verbose_name = _("提出した人")
        verbose_name_plural = _("提出した人")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(name="") & ~Q(address=""), name="sender_named")]

    def __str__(self) -> str:
        return str(self.opinion_id)
