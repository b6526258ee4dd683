"""抽選: who wants to take part in a draw after answering, in a list of its own that nothing joins to an answer."""

import hashlib
import uuid
from datetime import date, timedelta
from typing import Self

from django.db import connection, models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.date_formats import wareki
from apps.core.exceptions import ActionRefused
from apps.core.modelfields import PastDateTimeField
from apps.core.text import fold
from apps.core.textfields import TypedCharField
from apps.surveys.models.response import account_key
from apps.surveys.models.survey import Survey

# All entries of a draw are written anew in a random order: no row tells by its place or its transaction when it came.
REGISTER = """
WITH former AS (DELETE FROM surveys_drawentry WHERE draw_id = %(draw)s RETURNING person_key, name, contact)
INSERT INTO surveys_drawentry (id, draw_id, person_key, name, contact)
SELECT gen_random_uuid(), %(draw)s, person_key, name, contact
FROM (
  SELECT person_key, name, contact FROM former WHERE person_key <> %(key)s
  UNION ALL SELECT %(key)s, %(name)s, %(contact)s
) AS entries
ORDER BY gen_random_uuid()
"""


class DrawQuerySet(models.QuerySet["Draw"]):
    """QuerySet of Draw."""

    def to_forget(self, today: date) -> Self:
        """Filter the draws whose names and contacts are to be deleted by now."""
        return self.filter(delete_on__lte=today, forgotten_at=None).order_by("pk")


class Draw(models.Model):
    """抽選: what is drawn among those who answered a survey, how, and when names and contacts are deleted.

    The winners are those whose row comes first when all are ordered by a hash of a recorded seed and the row's key.
    """

    survey = models.OneToOneField(Survey, models.PROTECT, related_name="draw", verbose_name=gettext_lazy("アンケート"))
    prize = TypedCharField(
        gettext_lazy("抽選で贈るもの"), max_length=200, help_text=gettext_lazy("例：市内で使える商品券1,000円分")
    )
    winners = models.PositiveSmallIntegerField(gettext_lazy("当選の人数"))
    delete_on = models.DateField(
        gettext_lazy("氏名と連絡先を消す日"),
        help_text=gettext_lazy("この日に、申し込んだ人の氏名と連絡先が自動で消えます。"),
    )
    drawn_at = PastDateTimeField(gettext_lazy("抽選した日時"), null=True, blank=True, editable=False)
    seed = models.CharField(gettext_lazy("乱数の種"), max_length=64, blank=True, editable=False)
    digest = models.CharField(gettext_lazy("申込みの一覧の要約値"), max_length=64, blank=True, editable=False)
    entry_count = models.PositiveIntegerField(gettext_lazy("申込みの数"), null=True, blank=True, editable=False)
    forgotten_at = PastDateTimeField(gettext_lazy("消した日時"), null=True, blank=True, editable=False)

    objects = DrawQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("抽選")
        verbose_name_plural = gettext_lazy("抽選")
        constraints = [
            models.CheckConstraint(
                condition=Q(winners__gte=1), name="survey_draw_has_winners",
                violation_error_message=gettext_lazy("当選の人数は、1以上にしてください。"),
            ),
            models.CheckConstraint(
                condition=Q(drawn_at=None, seed="", entry_count=None)
                | (Q(drawn_at__isnull=False, entry_count__isnull=False) & ~Q(seed="") & ~Q(digest="")),
                name="survey_draw_with_its_seed",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return _("%(survey)sの抽選") % {"survey": self.survey}

    @property
    def enter_until(self) -> date:
        """Return the last day on which somebody may register: a day after the last answers, which come at midnight too."""
        return self.survey.closes_on + timedelta(days=1)

    @property
    def is_open(self) -> bool:
        """Return whether people who answered may register now."""
        return (
            self.survey.state in {"open", "closed"}
            and self.drawn_at is None
            and timezone.localdate() <= self.enter_until
        )

    def require_open(self) -> None:
        """Raise ActionRefused unless people may register now."""
        if not self.is_open:
            raise ActionRefused(
                _("抽選の申込みは受け付けていません（%(day)sまで）。") % {"day": wareki(self.enter_until)}
            )


class DrawEntryQuerySet(models.QuerySet["DrawEntry"]):
    """QuerySet of DrawEntry."""

    def register(self, draw: Draw, person_key: str, name: str, contact: str) -> None:
        """Write the entry of a person into a locked survey's draw; a former one of the same person goes. All are shuffled."""
        with connection.cursor() as cursor:
            cursor.execute(REGISTER, {"draw": draw.pk, "key": person_key, "name": name, "contact": contact})

    def of_account(self, user: User) -> Self:
        """Filter the entries of an account."""
        draws = Draw.objects.filter(forgotten_at=None, survey__kind=Survey.Kind.OPEN).select_related("survey")
        keys = [draw_key(draw, account_key(draw.survey, user)) for draw in draws]
        return self.filter(person_key__in=keys).select_related("draw__survey").order_by("draw")

    def winners(self) -> Self:
        """Filter the drawn rows: the winners, and as many who move up (補欠); in the order of the draw."""
        return self.filter(place__lte=2 * models.F("draw__winners")).select_related("draw").order_by("place")


class DrawEntry(models.Model):
    """抽選の申込み: name and contact of somebody who answered. No moment, and no key to an answer or to the mark.

    Never public; only who runs the survey reads the winners, with a record of each look. Deleted on the day of the draw.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draw = models.ForeignKey(Draw, models.CASCADE, related_name="entries", verbose_name=gettext_lazy("抽選"))
    person_key = models.CharField(max_length=64, editable=False)
    name = TypedCharField(gettext_lazy("氏名"), max_length=80)
    contact = TypedCharField(gettext_lazy("連絡先"), max_length=200)
    place = models.PositiveIntegerField(gettext_lazy("抽選の順位"), null=True, blank=True, editable=False)

    objects = DrawEntryQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("抽選の申込み")
        verbose_name_plural = gettext_lazy("抽選の申込み")
        ordering = ["draw", "place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "person_key"], name="survey_draw_entry_once"),
            models.UniqueConstraint(fields=["draw", "place"], name="survey_draw_place_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_winner(self) -> bool:
        """Return whether the row is among the winners, and not one that moves up."""
        return self.place is not None and self.place <= self.draw.winners


def draw_key(draw: Draw, person_key: str) -> str:
    """Return the hash under which a person is in a draw: another one than that of the mark."""
    return hashlib.sha256(f"draw:{draw.pk}:{person_key}".encode()).hexdigest()


def slip_key(draw: Draw, name: str, contact: str) -> str:
    """Return the hash of an entry on paper: the same name and contact is the same person."""
    return hashlib.sha256(f"slip:{draw.pk}:{fold(name)}:{fold(contact)}".encode()).hexdigest()
