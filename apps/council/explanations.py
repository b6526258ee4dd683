"""Explanations of the methods and domains of working together, word for word from the rulebook they come from."""

from django.utils.translation import gettext_lazy as _

from apps.core.types import StrOrPromise
from apps.council.models.choices import Domain, Method

SOURCE = _("伊勢市協働の基本ルール（平成23年4月）。調布市の規則ではなく、手本として使っています。")
SHORT: dict[str, StrOrPromise] = {
    Domain.A: _("A 市民等が主体（民民）"),
    Domain.B: _("B 市民等が主体、行政が協力"),
    Domain.C: _("C それぞれが主体"),
    Domain.D: _("D 行政が主体、市民等が協力"),
}
METHODS: dict[str, StrOrPromise] = {
    Method.SUBSIDY: _(
        "協働相手の実施する公益事業について、お互いの課題や目的を共有した上で、金銭などを協働相手に支援します。"
    ),
    Method.COHOST: _(
        "市民等と行政、市民等と市民等が、事業主体となって1つの事業を共同で実施する形態です。"
        "各主体が対等の立場で協議し、責任分担を明確にした上で実施します。"
    ),
    Method.COMMISSION: _(
        "協働相手の技術や専門性を活かして業務を依頼します。お互いに目的を共有できる事業について意見交換し、"
        "役割を尊重しながら行います。"
    ),
    Method.PATRONAGE: _(
        "協働相手の実施する公益事業について、お互いの課題や目的を共有した上で名義の使用等を承認します。"
        "事業の実施責任や成果は実施団体に帰属します。"
    ),
    Method.COOPERATION: _(
        "お互いの目標や役割分担、責任、経費分担などを取り決め、一定期間継続的な関係のもとで事業を協力して行います。"
    ),
    Method.OTHER: _(
        "協働の主体・手法も多様なマッチングがあり、既存の形態にとどまらず、"
        "事業目的や内容などにあわせて柔軟に対応していきます。実行委員会や協議会、"
        "アドプト（里親）制度などがあります。"
    ),
}
DOMAINS: dict[str, StrOrPromise] = {
    Domain.A: _("市民等が自分たちでできるものは、お互いに力をあわせて住みやすい地域づくりのために取り組みます。"),
    Domain.B: _(
        "市民等の自主活動意識の高まりから市民等自身が積極的に関わる事業で、活動は市民等が行い、"
        "行政は必要な資材などの貸し出しや助成を行うといったものです。"
    ),
    Domain.C: _(
        "BとDの両方の側面をもつ事業です。市民等と行政が、企画運営を行う実行委員会で開催するイベント等があります。"
    ),
    Domain.D: _("行政需要の拡大によって、市民等の協力や参加がなければ行政単独ではできなくなった事業です。"),
}
OUTSIDE = _(
    "行政の責任と主体性によって独自に行うEの領域（例えば、各種公共事業、許認可、行政処分等）は、協働の対象になりません。"
)
