"""Fixed choices of the council's registry."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sector(models.TextChoices):
    """産学官民: from which of the four sides an organization comes."""

    INDUSTRY = "industry", _("産")
    ACADEMIA = "academia", _("学")
    GOVERNMENT = "government", _("官")
    CITIZENS = "citizens", _("民")


class Stage(models.TextChoices):
    """段階: how far a project has come. What a source does not tell stays open."""

    UNKNOWN = "unknown", _("段階の記載なし")
    IDEA = "idea", _("構想")
    TRIAL = "trial", _("実証")
    RUNNING = "running", _("実装")
    CLOSED = "closed", _("終了")


class Part(models.TextChoices):
    """How an organization takes part in a project."""

    LEAD = "lead", _("代表")
    PARTNER = "partner", _("共同実施")
    SUPPORT = "support", _("協力")


class Method(models.TextChoices):
    """協働の手法: in which form partners work together. Source: 伊勢市協働の基本ルール (2011-04), 第3章第2節."""

    SUBSIDY = "subsidy", _("補助・助成・協賛")
    COHOST = "cohost", _("共催")
    COMMISSION = "commission", _("委託")
    PATRONAGE = "patronage", _("後援")
    COOPERATION = "cooperation", _("事業協力")
    OTHER = "other", _("その他")


class Domain(models.TextChoices):
    """協働の領域 A–D: whose responsibility leads. E, the city alone, lies outside. Source: the same, 第1章第7節."""

    A = "A", _("A 市民等の責任と主体性によって行う領域（民民協働）")
    B = "B", _("B 市民等の主体性のもとに行政の協力によって行う領域（官民協働）")
    C = "C", _("C 市民等と行政がそれぞれの主体性のもとに協力して行う領域（官民協働）")
    D = "D", _("D 市民等の協力や参加を得ながら行政の主体性のもとに行う領域（官民協働）")
