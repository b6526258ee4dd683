"""Forms of the workbook of replies: the file, and the checked rows that are handed back signed."""

from django.utils.translation import gettext_lazy as _

from apps.core.filled_in_files import FilledInFileForm, SignedRowsForm


class ReplyFileForm(FilledInFileForm):
    """A filled-in workbook of replies."""

    help_text = _("1行目の列名、番号、担当課は変えないでください。5MBまで。")


class CheckedRowsForm(SignedRowsForm):
    """The checked drafts."""

    salt = "apps.consultations.forms.reply_file"
