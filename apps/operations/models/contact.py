"""お問い合わせ先: whom residents reach about the portal; entered once, for the contact page and the signature of every mail."""

from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.modelfields import PortalEmailField
from apps.core.textfields import TypedCharField
from apps.operations.models.audit import AuditEntry


class ContactManager(models.Manager["Contact"]):
    """Manager of the one contact."""

    def current(self) -> "Contact":
        """Return the contact; an unsaved one with the defaults where there is no row yet."""
        return self.first() or Contact()


class Contact(models.Model):
    """The city's contact for the portal (one row). Public; an empty field is left out wherever the contact is shown."""

    department = TypedCharField(
        gettext_lazy("担当課"),
        max_length=60,
        default="企画経営課",
        help_text=gettext_lazy("メールの署名にも書かれます。"),
    )
    telephone = TypedCharField(
        gettext_lazy("電話番号"),
        max_length=20,
        blank=True,
        help_text=gettext_lazy("数字とハイフンで書いてください。"),
        validators=[
            RegexValidator(
                r"\A0[0-9]{1,4}-?[0-9]{1,4}-?[0-9]{3,4}\Z",
                gettext_lazy("電話番号は市外局番から、半角の数字とハイフンで書いてください。"),
            )
        ],
    )
    extension = TypedCharField(
        gettext_lazy("内線"),
        max_length=20,
        blank=True,
        validators=[
            RegexValidator(
                r"\A[0-9]+(・[0-9]+)*\Z",
                gettext_lazy("内線は半角の数字で書いてください。二つ以上は「・」で区切ります。"),
            )
        ],
    )
    hours = TypedCharField(
        gettext_lazy("受付時間"),
        max_length=100,
        blank=True,
        help_text=gettext_lazy("休みの日も書きます。例：平日 午前8時30分から午後5時15分まで（祝日、年末年始を除く）"),
    )
    email = PortalEmailField(gettext_lazy("メールアドレス"), blank=True)
    form_url = models.URLField(
        gettext_lazy("お問い合わせフォームのアドレス"),
        blank=True,
        help_text=gettext_lazy("市のホームページにフォームがあるときに書きます。"),
    )
    updated_at = models.DateTimeField(gettext_lazy("更新日時"), auto_now=True)

    objects = ContactManager()

    class Meta:
        verbose_name = gettext_lazy("お問い合わせ先")
        verbose_name_plural = gettext_lazy("お問い合わせ先")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="contact_is_one"),
        ]

    def __str__(self) -> str:
        return str(self.department)

    def revise(self, *, by: Any, changed: list[str]) -> None:
        """Save the contact as the only row, with an audit entry. changed: names of the changed fields."""
        with transaction.atomic():
            self.pk = 1
            self.save()
            AuditEntry.record("revise_contact", self, by=by, changed=changed)

    @property
    def public_email(self) -> str:
        """Return the e-mail address to show: the one that staff entered, else the one of the settings, or ""."""
        return str(self.email or settings.CONTACT_EMAIL)

    def signature(self, department: str = "") -> str:
        """Return the last lines of a mail: who sends it and how to reach them.

        department: the name of the department that sends, where it is not the contact's own.
        """
        telephone = self.telephone
        if telephone and self.extension:
            telephone = _("%(telephone)s（内線 %(extension)s）") % {"telephone": telephone, "extension": self.extension}
        url = settings.SITE_URL + reverse("portal:contact")
        lines = [
            "--",
            _("調布市 市民参加ポータル"),
            _("差出人：調布市 %(department)s") % {"department": department or self.department},
            _("お問い合わせ先：%(department)s") % {"department": self.department}
            if department and department != self.department
            else "",
            _("電話：%(telephone)s") % {"telephone": telephone} if telephone else "",
            _("受付時間：%(hours)s") % {"hours": self.hours} if self.hours else "",
            _("お問い合わせ：%(url)s") % {"url": url},
            _("このメールは送信専用です。返信いただいても、お答えできません。"),
        ]
        return "\n".join(line for line in lines if line)
