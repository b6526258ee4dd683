"""Kinds of voices (要望, 困りごと, 賛成, 反対, 感謝, 質問), told by rules for staff; they say nothing of persons."""

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.consultations.screening.kinds import PRECISION, kinds_of


class VoiceKind(models.TextChoices):
    """What a voice is: a wish, a trouble … A voice may be several, or none that a rule knows. Nothing is stored."""

    REQUEST = "request", gettext_lazy("要望")
    TROUBLE = "trouble", gettext_lazy("困りごと")
    SUPPORT = "support", gettext_lazy("賛成")
    OPPOSE = "oppose", gettext_lazy("反対")
    THANKS = "thanks", gettext_lazy("感謝")
    QUESTION = "question", gettext_lazy("質問")

    @property
    def with_precision(self) -> str:
        """Return the label with how many percent of those that were told so are so, of the sentences measured."""
        return _("%(kind)s（適合率%(percent)d％）") % {"kind": self.label, "percent": PRECISION[self.value]}

    @classmethod
    def labels_of(cls, text: str) -> list[str]:
        """Return the labels of the kinds of a text, in the order of its sentences."""
        return [str(cls(kind).label) for kind in kinds_of(text)]
