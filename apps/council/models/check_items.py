"""The items of the check sheets, word for word from the rulebook. Plain data, not models."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from apps.core.types import StrOrPromise

YES_NO: list[tuple[str, StrOrPromise]] = [("yes", _("はい")), ("no", _("いいえ"))]
FIXED = "fixed"
NOT_FIXED = "open"


@dataclass(frozen=True)
class Item:
    """One item. `only_if`: key and value of the answer on which it depends; `under`: the heading above it."""

    key: str
    text: StrOrPromise
    number: str = ""
    choices: list[tuple[str, StrOrPromise]] | None = None
    only_if: tuple[str, str] | None = None
    under: StrOrPromise = ""

    @property
    def numbered(self) -> str:
        """Return its text with its number, if it has one."""
        return f"{self.number}. {self.text}" if self.number else str(self.text)

    @property
    def options(self) -> list[tuple[str, StrOrPromise]]:
        """Return its choices; はい and いいえ when it names none."""
        return list(self.choices or YES_NO)

    def is_asked(self, answers: dict[str, str]) -> bool:
        """Return whether it has to be answered, given the other answers."""
        return self.only_if is None or answers.get(self.only_if[0]) == self.only_if[1]


# Source: 伊勢市協働の基本ルール (2011-04), 協働事業のチェックシート（例）, 企画段階.
PLANNING = [
    Item("1", _("事業の目的を明確にして、共有しましたか。"), "1"),
    Item("2", _("事業の目標を明確にして、共有しましたか。"), "2"),
    Item("3", _("なぜ協働で行うのか、理由は明確ですか。"), "3"),
    Item("4", _("協働が開始された段階は次のうちどれですか。"), "4",
         [("a", _("ア 予算案作成前の企画段階から")), ("i", _("イ 予算決定後の企画段階から")), ("u", _("ウ 実施する段階から"))]),
    Item("5", _("協働する相手を選ぶプロセスは明確かつ透明でしたか。"), "5"),
    Item("6", _("相手が発案当初から決まっている場合"), "6",
         [(FIXED, _("当てはまる（決まっていた）")), (NOT_FIXED, _("当てはまらない"))]),
    Item("6-1", _("幅広い視野で検討しましたか。"), only_if=("6", FIXED)),
    Item("6-2", _("選定基準は明確でしたか"), only_if=("6", FIXED)),
    Item("6-3", _("プロセスは透明でしたか"), only_if=("6", FIXED)),
    Item("7", _("事業の実施にふさわしい協働の手法が検討されていますか。"), "7"),
    Item("8", _("対等な関係を築くため、話し合いの場がもてましたか。"), "8"),
    Item("9", _("事業計画・収支計画をともに作りましたか。"), "9"),
    Item("10", _("事業において、お互いの特性を活かせる役割担当をしましたか。"), "10"),
]  # fmt: skip

# Source: the same, 第3章第3節 協働の評価 (点検項目) with the five principles of 第1章第6節.
WORK = _("事業の評価")
PRINCIPLES = _("協働の評価：基本原則を尊重して実施できたか")
FITTING = _("協働の評価：手法")
EFFECTS = _("協働の評価：協働による事業効果があったか")
REVIEW = [
    Item("w1", _("事業の目的、目標は達成できたか"), under=WORK),
    Item("w2", _("経費は、適正であったか"), under=WORK),
    Item("w3", _("事業実施者が共に事業を通じて十分満足を得られたか"), under=WORK),
    Item("w4", _("今後の事業の推進に役立つ知識や技術を蓄積できたか"), under=WORK),
    Item("p1", _("目的共有の原則"), under=PRINCIPLES),
    Item("p2", _("対等の原則"), under=PRINCIPLES),
    Item("p3", _("相互理解・補完性の原則"), under=PRINCIPLES),
    Item("p4", _("公開・透明性の原則"), under=PRINCIPLES),
    Item("p5", _("自主性の尊重"), under=PRINCIPLES),
    Item("m1", _("協働の手法は適切であったか（補助・助成・協賛、共催、委託、後援、事業協力など）"), under=FITTING),
    Item("e1", _("市民満足度の向上"), under=EFFECTS),
    Item("e2", _("市民目線の行政"), under=EFFECTS),
    Item("e3", _("市民自治の推進"), under=EFFECTS),
    Item("e4", _("地域内連携の向上"), under=EFFECTS),
]
ITEMS = {"planning": PLANNING, "review": REVIEW}
