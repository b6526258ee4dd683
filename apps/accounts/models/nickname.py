"""Rules of nicknames: unique in any spelling, and none that could be taken for the city's."""

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models.department import Department
from apps.accounts.models.posting import Posting, Role
from apps.core.text import DASHES, fold

if TYPE_CHECKING:
    from apps.accounts.models.user import User

KEY_MAX = 80
NO_DASHES = str.maketrans(dict.fromkeys(DASHES))  # 市-役所 is 市役所; the long sound of a name stays
# What speaks for the city wherever it stands in a name, and what does so when it is the whole name.
ANYWHERE = (
    "市役所", "市長", "事務局", "モデレータ", "システム管理者", "サイト管理者", "調布市公式", "調布市広報", "広報ちょうふ",
    "調布市職員", "調布市の職員", "調布市の担当", "chofucity", "cityofchofu", "moderator", "administrator",
)  # fmt: skip
ALONE = (
    "調布市", "職員", "市職員", "市の職員", "調布市職員", "担当者", "担当課", "所管課", "管理者", "管理人", "運営", "運営者",
    "公式", "匿名", "admin", "staff", "official", "chofu",
)  # fmt: skip
# Other characters that look like those of the city's name: the first is U+5DFF, not 市.
LOOK_ALIKE = str.maketrans({"\u5dff": "市", "佈": "布", "0": "o"})
CITY = _("市や職員と間違われる名前は使えません。ほかのニックネームにしてください。")
TAKEN = _("このニックネームは、ほかの人が使っています。ほかのニックネームにしてください。")


def key_of(name: str) -> str:
    """Return the key by which names are compared: letters and digits only, folded; at most KEY_MAX characters."""
    folded = fold(name.translate(NO_DASHES))
    return ("".join(letter for letter in folded if letter.isalnum()) or folded.replace(" ", ""))[:KEY_MAX]


def speaks_for_city(key: str) -> bool:
    """Return whether the key of a name is that of the city, a department, a role or an organization."""
    key = key.translate(LOOK_ALIKE)
    if any(key_of(word) in key for word in ANYWHERE):
        return True
    roles = [str(role.label) for role in Role]
    organizations = Posting.objects.current().exclude(organization="").values_list("organization", flat=True)
    if key in {key_of(word) for word in (*ALONE, *roles, *organizations.distinct())}:
        return True
    return any(key_of(name) in key for name in Department.objects.values_list("name", flat=True))


def require_free(name: str, *, people: models.QuerySet["User"], person: "User | None" = None) -> None:
    """Raise ValidationError for a name that is taken, or that speaks for the city.

    people: queryset of the users whose names count; person: the user who chooses it, None for a guest. City staff, and
    people who speak for an organization, may have a name that says so.
    """
    key = key_of(name)
    if not key:
        return
    may_say_so = person is not None and (person.serves_city or bool(person.current_postings()))
    if not may_say_so and speaks_for_city(key):
        raise ValidationError(CITY, code="city")
    others = people.filter(nickname_key=key)
    if (others.exclude(pk=person.pk) if person else others).exists():
        raise ValidationError(TAKEN, code="taken")
