"""What the source document of a project does not say: said once on its page, on paper and in files."""

from django.utils.translation import gettext as _

from apps.council.models import Project, Stage
from apps.operations.models import Contact


def unstated_of(project: Project) -> dict[str, object]:
    """Return the names of the items (資料にない項目) that the source of a project leaves out, and the department to ask.

    Empty for a project that was not written down from a document. Of `for_page`.
    """
    if not project.source:
        return {}
    department = str(project.department or Contact.objects.current().department)
    return {"names": unstated_names(project), "department": department}


def unstated_names(project: Project) -> list[str]:
    """Return the names of those items; none for a project that was not written down from a document. Of `for_cards`."""
    if not project.source:
        return []
    stated = {
        _("実施団体"): bool(project.participations.all()),
        _("段階"): project.stage != Stage.UNKNOWN,
        _("期間"): bool(project.starts_on or project.ends_on),
        _("協働の手法"): bool(project.method),
        _("場所"): bool(project.place),
        _("市の担当課"): project.department_id is not None,
    }
    return [name for name, is_stated in stated.items() if not is_stated]
