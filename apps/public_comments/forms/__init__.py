"""Forms of public comments: an opinion on the web and from paper, receipt number and passphrase."""

from apps.public_comments.forms.opinions import OpinionForm, PaperOpinionForm, StartForm, WebOpinionForm
from apps.public_comments.forms.receipt import ReceiptForm

__all__ = ["OpinionForm", "PaperOpinionForm", "ReceiptForm", "StartForm", "WebOpinionForm"]
