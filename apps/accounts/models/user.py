"""Users. Nothing that others see of a user comes from the e-mail address."""

import secrets
import unicodedata
from collections.abc import Iterable
from typing import Any, Self

import rules
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.leaving_guard import SENTENCE
from apps.accounts.models.nickname import KEY_MAX, TAKEN, key_of, require_free
from apps.accounts.models.posting import CITY_ROLES, IN_DEPARTMENTS, Posting, Role
from apps.accounts.models.restriction import Restriction
from apps.core.email_spelling import comparable_email
from apps.core.exceptions import ActionRefused
from apps.core.modelfields import PastDateTimeField, PortalEmailField
from apps.core.textfields import TypedCharField

UNREAD = object()  # the person was read without asking for restrictions
NICKNAME_MAX = 20
STAFF_NAME_MAX, EXTENSION_MAX = 40, 20
ANONYMOUS = "匿名"


class AgeBand(models.TextChoices):
    """年代, in steps of ten years; optional everywhere."""

    UNDER_20 = "u20", _("10代以下")
    TWENTIES = "20s", _("20代")
    THIRTIES = "30s", _("30代")
    FORTIES = "40s", _("40代")
    FIFTIES = "50s", _("50代")
    SIXTIES = "60s", _("60代")
    SEVENTIES = "70s", _("70代")
    OVER_80 = "80s", _("80代以上")


class District(models.TextChoices):
    """お住まいの地域, in five parts of the city by the points of the compass; optional everywhere."""

    NORTH = "north", _("北部")
    EAST = "east", _("東部")
    CENTRE = "centre", _("中央部")
    WEST = "west", _("西部")
    SOUTH = "south", _("南部")
    OUTSIDE = "outside", _("市外")


class Relation(models.TextChoices):
    """調布市との関わり; optional everywhere."""

    LIVES = "lives", _("在住")
    WORKS = "works", _("在勤")
    STUDIES = "studies", _("在学")
    OTHER = "other", _("その他")


class WorkMail(models.TextChoices):
    """How a person of the city's service gets mail about work; what is in the mails is in お知らせ too."""

    DAILY = "daily", _("1日1通にまとめて受け取る")
    EACH = "each", _("そのつど受け取る")
    NONE = "none", _("受け取らない（画面のお知らせだけにする）")


def normalise_email(email: str) -> str:
    """Return the spelling by which e-mail addresses are compared: one user for one mailbox."""
    return comparable_email(email)


def new_handle() -> str:
    """Return a random internal name (24 hex digits), which says nothing about the person."""
    return secrets.token_hex(12)


def display_name(user: "User") -> str:
    """Return the public name of a user or guest: nickname or 匿名."""
    return str(user)


class Restricted(ActionRefused, PermissionDenied):
    """Raised when a restricted user writes; the sentence says why, until when and how to object."""


class HasLeft(Restricted):
    """Raised when a user writes who has left meanwhile in another window."""


class UserQuerySet(models.QuerySet["User"]):
    """QuerySet of users: by role, e-mail address, presence; row lock for leaving."""

    def with_postings(self) -> Self:
        """Return the users with postings and departments prefetched."""
        return self.prefetch_related("postings__department")

    def with_restriction(self) -> Self:
        """Return the users annotated with `restriction_id`: the gravest restriction in force, None without one."""
        current = Restriction.objects.current().filter(user=models.OuterRef("pk"))
        return self.annotate(restriction_id=models.Subquery(current.values("pk")[:1]))

    def with_holding(self) -> Self:
        """Return the users annotated with `holds_posting` (bool): whether they have, or had, a role (`load_postings`)."""
        return self.annotate(holds_posting=models.Exists(Posting.objects.filter(user=models.OuterRef("pk"))))

    def holding(self, *roles: Role) -> Self:
        """Return the present users who hold one of these roles today, by id."""
        postings = Posting.objects.current().filter(role__in=roles)
        return self.present().filter(pk__in=postings.values("user")).order_by("pk")

    def present(self) -> Self:
        """Return the users who have not left and are active."""
        return self.filter(erased_at=None, is_active=True)

    def on_staff(self) -> Self:
        """Return the present users who work for a department today, by name."""
        postings = Posting.objects.current().in_departments()
        return self.present().filter(pk__in=postings.values("user")).order_by("staff_name", "nickname", "pk")

    def emails_of(self, keys: Iterable[int]) -> list[str]:
        """Return the e-mail addresses of the present users with these ids, by id."""
        users = self.present().filter(pk__in=keys).exclude(email=None).order_by("pk")
        return [email for email in users.values_list("email", flat=True) if email]

    def require_nickname_free(self, name: str, *, person: "User | None" = None) -> None:
        """Raise ValidationError for a name that is taken or speaks for the city; person: who chooses it, None for a guest."""
        require_free(name, people=self.present(), person=person)

    def lock_for_leaving(self, user: "User") -> bool:
        """Take a row lock (FOR UPDATE) that makes every insert referring to the user wait. Return whether they are present."""
        return bool(self.select_for_update().filter(pk=user.pk, erased_at=None).values_list("pk", flat=True))

    def by_email(self, email: str) -> Self:
        """Return the user with this e-mail address, in whatever spelling."""
        return self.filter(email_normalised=normalise_email(email))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Manager that creates users; staff rights come from postings, not from here."""

    def create_user(self, email: str | None = None, **fields: Any) -> "User":
        """Create a resident without password; sign-in is by code or passkey."""
        user: User = self.model(email=email, **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str | None = None, **fields: Any) -> "User":
        """Create a system administrator (システム管理者); for `createsuperuser` and the demonstration."""
        fields.pop("password", None)
        return self.create_user(email=email, is_superuser=True, **fields)

    def get_or_create_by_email(self, email: str) -> "User":
        """Get or create the user of an e-mail address, whatever its spelling; the caller has seen proof of ownership.

        Safe under concurrency: two browsers that prove the same e-mail address at the same time get one user.
        """
        defaults = {"email": email, "password": make_password(None)}
        user: User = self.get_or_create(email_normalised=normalise_email(email), defaults=defaults)[0]
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account.

    The public name is a nickname, 匿名 without one; staff know each other by `staff_name`, which no public page shows.
    Age band, district and relation are suggestions for the next post only: what counts is stored with each act. Erasing
    leaves this row as an empty tombstone, so that what others built on the person's texts still stands.
    """

    handle = models.CharField(_("内部名"), max_length=40, unique=True, default=new_handle, editable=False)
    email = PortalEmailField(_("メールアドレス"), null=True, blank=True)
    email_normalised = models.CharField(max_length=254, unique=True, null=True, blank=True, editable=False)
    nickname = TypedCharField(
        _("ニックネーム"),
        max_length=NICKNAME_MAX,
        blank=True,
        help_text=_("投稿に表示される名前です。本名や連絡先は書かないでください。空欄のときは「匿名」と表示されます。"),
    )
    nickname_key = models.CharField(max_length=KEY_MAX, blank=True, editable=False)
    age_band = models.CharField(_("年代"), max_length=10, choices=AgeBand.choices, blank=True)
    district = models.CharField(_("お住まいの地域"), max_length=10, choices=District.choices, blank=True)
    relation = models.CharField(_("調布市との関わり"), max_length=10, choices=Relation.choices, blank=True)
    is_active = models.BooleanField(_("有効"), default=True)
    created_at = models.DateTimeField(_("登録日時"), default=timezone.now, editable=False)
    erased_at = PastDateTimeField(_("退会日時"), null=True, blank=True, editable=False)
    consent_version = models.CharField(_("同意した規約の版"), max_length=20, blank=True, editable=False)
    consented_at = PastDateTimeField(_("同意日時"), null=True, blank=True, editable=False)
    wants_digest = models.BooleanField(_("週1回のまとめメールを受け取る"), default=False)
    work_mail = models.CharField(_("仕事のメール"), max_length=10, choices=WorkMail.choices, default=WorkMail.DAILY)
    staff_name = TypedCharField(
        _("職員どうしで見える氏名"), max_length=STAFF_NAME_MAX, blank=True,
        help_text=_("職員用の画面とメールにだけ出ます。市民のページには出ません。"),
    )  # fmt: skip
    extension = TypedCharField(
        _("内線"), max_length=EXTENSION_MAX, blank=True, help_text=_("職員用の画面にだけ出ます。")
    )
    wants_job_notices = models.BooleanField(_("終わった処理（取り込み・書き出しなど）も知らせる"), default=False)

    # False for the person of a request whose browser has not shown the second factor lately: in that request the
    # rights of the city's service do not exist, and every question and rule sees a resident.
    second_factor_shown = True

    objects = UserManager()

    USERNAME_FIELD = "handle"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        verbose_name = _("利用者")
        verbose_name_plural = _("利用者")
        constraints = [
            models.UniqueConstraint(
                fields=["nickname_key"],
                condition=~Q(nickname_key=""),
                name="user_nickname_once",
                violation_error_message=TAKEN,
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(email=None, nickname="", age_band="", district="", relation="", staff_name="", extension=""),
                name="user_erased_is_empty",
                violation_error_message=_("退会した人の情報は残せません。"),
            ),
            models.CheckConstraint(
                condition=Q(consented_at=None, consent_version="") | (~Q(consented_at=None) & ~Q(consent_version="")),
                name="user_consent_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.nickname or ANONYMOUS

    def get_short_name(self) -> str:
        """Return the name among staff, with which the admin site greets."""
        return self.staff_name or str(self)

    @property
    def name_among_staff(self) -> str:
        """Return name and extension as colleagues see them; the public name of who gave none. Never on a public page."""
        name = self.get_short_name()
        return (
            _("%(name)s（内線%(extension)s）") % {"name": name, "extension": self.extension} if self.extension else name
        )

    def clean(self) -> None:
        """Normalise e-mail address and nickname; raise ValidationError for a nickname with @."""
        self.email = self.email or None
        self.email_normalised = normalise_email(self.email) if self.email else None
        self.nickname = unicodedata.normalize("NFKC", self.nickname).strip()
        if "@" in self.nickname:
            raise ValidationError({"nickname": _("ニックネームに「@」は使えません。")})

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save, with the normalised e-mail address and the key of the nickname."""
        self.email = self.email or None
        self.nickname_key = key_of(self.nickname)
        if update_fields is not None and "nickname" in update_fields:
            update_fields = {*update_fields, "nickname_key"}
        self.email_normalised = normalise_email(self.email) if self.email else None
        if update_fields is not None and "email" in update_fields:
            update_fields = {*update_fields, "email_normalised"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def has_usable_password(self) -> bool:
        """Return False: nobody has a password here, whatever the column holds."""
        return False

    def load_postings(self) -> None:
        """Prefetch the postings and their departments; no query when `holds_posting` is annotated as False."""
        if getattr(self, "holds_posting", True):
            models.prefetch_related_objects([self], "postings__department")
        else:
            self._prefetched_objects_cache = {"postings": Posting.objects.none()}

    def current_postings(self) -> list[Posting]:
        """Return the postings that count now: those held today; city roles only with the second factor."""
        postings = self._postings_today() if self.is_active else []
        return postings if self.second_factor_shown else [p for p in postings if p.role not in CITY_ROLES]

    def _postings_today(self) -> list[Posting]:
        """Return the postings held today, from the prefetched ones."""
        today = timezone.localdate()
        return [posting for posting in self.postings.all() if posting.holds_on(today)]

    def has_role(self, *roles: Role) -> bool:
        """Return whether one of the roles counts now; a system administrator has them all."""
        return self.is_administrator or any(posting.role in roles for posting in self.current_postings())

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Return whether the rules allow it; a system administrator may do everything, with the second factor."""
        return self.is_administrator or rules.has_perm(perm, self, obj)

    def has_module_perms(self, app_label: str) -> bool:
        """Return whether the rules allow anything in an app."""
        return self.has_perm(app_label)

    def department_ids(self) -> set[int]:
        """Return the ids of the departments the user works for today."""
        return {p.department_id for p in self.current_postings() if p.role in IN_DEPARTMENTS and p.department_id}

    @property
    def restriction(self) -> Restriction | None:
        """Return the gravest restriction in force, None without one; no query when `restriction_id` is annotated as None."""
        annotated = getattr(self, "restriction_id", UNREAD)
        if annotated is None:
            return None
        return Restriction.objects.current().for_user(self).first()

    def require_may_write(self) -> None:
        """Raise Restricted while a restriction is in force."""
        restriction = self.restriction
        if restriction is not None:
            raise Restricted(f"{restriction.sentence} {_('異議があるときは、マイページから申し立てられます。')}")

    def hold(self) -> None:
        """Take a row lock (FOR NO KEY UPDATE) on the user until the end of the transaction.

        It serialises the writes of one user, so that counts made before an insert are right, and leaving comes before or
        after. Raise HasLeft for a user who has left meanwhile.
        """
        present = type(self).objects.select_for_update(no_key=True).filter(pk=self.pk, erased_at=None)
        if not list(present.values_list("pk", flat=True)):
            raise HasLeft(SENTENCE)

    def begin_writing(self) -> None:
        """Lock the user's row, and raise Restricted while a restriction is in force."""
        self.hold()
        self.require_may_write()

    @property
    def serves_city(self) -> bool:
        """Return whether the user is city staff today, with or without second factor in this session."""
        return self.is_active and (self.is_superuser or any(p.role in CITY_ROLES for p in self._postings_today()))

    @property
    def is_administrator(self) -> bool:
        """Return whether the rights of a system administrator count now (second factor shown)."""
        return self.is_active and self.is_superuser and self.second_factor_shown

    @property
    def is_staff(self) -> bool:
        """Return whether the rights of city staff count now; others have no access to the admin site."""
        return self.has_role(*CITY_ROLES)

    @property
    def audit_role(self) -> str:
        """Return the roles, comma-separated, that the audit trail notes."""
        if self.is_administrator:
            return "superuser"
        return ",".join(sorted({posting.role for posting in self.current_postings()})) or "resident"

    def give_consent(self, version: str, *, digest: bool = False) -> None:
        """Store the consent to publication and reuse under CC BY 4.0, asked once before the first post.

        digest: the person asked for the weekly mail beside it.
        """
        self.consent_version, self.consented_at = version, timezone.now()
        self.wants_digest = self.wants_digest or digest
        self.save(update_fields=["consent_version", "consented_at", "wants_digest"])

    def choose_nickname(self, name: str) -> None:
        """Store the nickname of a person who has none, under their row lock; the instance stays as it was read.

        Raise ActionRefused for a name that somebody took meanwhile, or when another was chosen in another window.
        """
        self.hold()
        row = type(self).objects.filter(pk=self.pk)
        current = row.values_list("nickname", flat=True).get()
        if current == name:
            return
        if current:
            raise ActionRefused(_("ニックネームは、別の画面ですでに決まっています。画面を開き直してください。"))
        try:
            with transaction.atomic():
                row.update(nickname=name, nickname_key=key_of(name))
        except IntegrityError as error:  # somebody chose the same name in the same moment
            raise ActionRefused(TAKEN) from error

    @transaction.atomic
    def erase(self) -> None:
        """Erase the personal data and keep the row as tombstone (soft delete): no e-mail address, name, attribute or role."""
        self.email, self.nickname, self.age_band, self.district, self.relation = None, "", "", "", ""
        self.staff_name, self.extension = "", ""
        self.is_active, self.is_superuser, self.wants_digest = False, False, False
        self.last_login, self.erased_at = None, timezone.now()
        self.set_unusable_password()
        self.save()
        self.postings.all().delete()
        self.groups.clear()
        self.user_permissions.clear()
