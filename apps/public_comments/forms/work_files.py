"""Forms of the workbooks of points and views: the file, and the checked rows that are handed back signed."""

from django.utils.translation import gettext_lazy as _

from apps.core.filled_in_files import FilledInFileForm, SignedRowsForm


class WorkFileForm(FilledInFileForm):
    """A filled-in workbook of points or views."""

    help_text = _("1行目の列名と、番号は変えないでください。5MBまで。")


class PointRowsForm(SignedRowsForm):
    """Checked points."""

    salt = "apps.public_comments.forms.work_files.points"


class ViewRowsForm(SignedRowsForm):
    """Checked views."""

    salt = "apps.public_comments.forms.work_files.views"
