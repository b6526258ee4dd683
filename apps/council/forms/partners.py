"""Form fields in which partners and departments are typed by their names."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Department
from apps.core import text
from apps.core.formfields import ListFormField
from apps.core.text import fold
from apps.council.models import Organization, Part

PARTNERS_MAX = 20
DEPARTMENTS_MAX = 10
NOTE_MAX = 120
PARTS = {str(label): value for value, label in Part.choices}


class NamesFormField(ListFormField):
    """Base of lists of names, cleaned as a text is: what is no name may be stored as a note."""

    def cleaned(self, typed: str) -> str:
        """Return the list without unusable characters; raises UnwantedCharacter."""
        return text.clean(typed)


class PartnersFormField(NamesFormField):
    """Organizations, one a line: 「代表 名称」 or 「共同実施 名称／役割の説明」. Return [slug, part, note] of each."""

    def clean(self, value: Any) -> Any:
        """Return the partners; a ValidationError names the line that says no part or no organization."""
        lines = [line.strip() for line in super().clean(value).split("\n") if line.strip()]
        if len(lines) > PARTNERS_MAX:
            raise ValidationError(_("実施団体は%(most)dまでにしてください。"), params={"most": PARTNERS_MAX})
        by_name = {fold(row.name): row.slug for row in Organization.objects.only("name", "slug")}
        partners = [_partner(number, line, by_name) for number, line in enumerate(lines, 1)]
        slugs = [slug for slug, _part, _note in partners]
        if len(set(slugs)) < len(slugs):
            raise ValidationError(_("同じ団体が2回書かれています。"))
        return sorted(partners, key=lambda partner: list(Part.values).index(partner[1]))


def _partner(number: int, line: str, by_name: dict[str, str]) -> list[str]:
    """Return slug, part and note of one line."""
    part, _blank, rest = line.replace("\u3000", " ").partition(" ")
    name, _slash, note = rest.partition("／")
    if part not in PARTS:
        raise ValidationError(
            _("%(line)d行目は「代表」「共同実施」「協力」のどれかで始めてください。"), params={"line": number}
        )
    slug = by_name.get(fold(name.strip()))
    if slug is None:
        raise ValidationError(
            _("%(line)d行目の団体は登録されていません。登録されている名称で書いてください。"), params={"line": number}
        )
    if len(note) > NOTE_MAX:
        raise ValidationError(_("%(line)d行目の役割の説明が長すぎます。"), params={"line": number})
    return [slug, PARTS[part], note.strip()]


class DepartmentsFormField(NamesFormField):
    """The city's departments by name, with 「、」 between; the first one leads. Return their codes."""

    def clean(self, value: Any) -> Any:
        """Return the codes; a ValidationError names a department that is not there."""
        names = [name.strip() for name in re.split("[、,，\n]", super().clean(value)) if name.strip()]
        if len(names) > DEPARTMENTS_MAX:
            raise ValidationError(_("市の担当課は%(most)dまでにしてください。"), params={"most": DEPARTMENTS_MAX})
        by_name = {fold(row.name): row.code for row in Department.objects.all()}
        unknown = [name for name in names if fold(name) not in by_name]
        if unknown:
            raise ValidationError(_("「%(name)s」という課はありません。"), params={"name": unknown[0]})
        return list(dict.fromkeys(by_name[fold(name)] for name in names))
