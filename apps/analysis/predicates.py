"""Read verbs and adjectives with what follows them: negation, 〜にくい, potential forms. Knows no Django.

A negated word is a word of its own (足りない, 使いにくい, 賛成できない) and never counts for its opposite; a potential form
counts for its verb (遊べる is 遊ぶ). Polite and other auxiliaries fall away: 通れませんでした is 通れない.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from apps.analysis.kana import E_TO_U, kana_words
from apps.analysis.spelling import listed
from apps.analysis.tokens import Token

NEGATIONS = {"ない", "無い", "ん", "ぬ"}
HARD = {"にくい", "づらい", "がたい", "難い"}
A_ROW = dict(zip("うくぐすつぬぶむる", "わかがさたなばまら", strict=True))
U_TO_E = {u: e for e, u in E_TO_U.items()}
VOICES = {"れる", "られる", "せる", "させる"}
MODIFYING = {"きれる", "過ぎる", "すぎる", "得る"}  # auxiliary verbs that stay part of a negated word: 渡りきれない
FAVOURS = {
    "やる",
    "やれる",
    "あげる",
    "あげられる",
    "くれる",
    "もらう",
    "もらえる",
    "くださる",
    "下さる",
    "いただく",
    "いただける",
    "頂く",
    "頂ける",
}
MUST = {"なる", "いける", "いく", "だめ", "ダメ", "駄目"}
# Verbs of one kanji and する that the dictionary also knows with す, and whose negation is 〜しない (not 愛さない, 訳さない).
SHORT_FOR_SURU = listed(
    "達す 反す 接す 要す 面す 属す 適す 資す 有す 関す 発す 脱す 類す 対す 抗す 徹す 察す 際す 瀕す 即す 供す 処す 呈す 偏す"
)
# Verbs of their own that end as potential forms do, and have a verb of five grades beside them.
NO_POTENTIALS = listed("""
    あける あふれる あらだてる あわせる いきおいづける いさめる いためる いれる うえこめる うかべる うずもれる
    うちあわせる うつぶせる うつ伏せる うまれる うめあわせる うれる うわむける おくらせる おしいれる おちつける
    おれる かける かしげる かたづける かたぶける かたむける かなえる かまえる からめる ききいれる きずつける
    きりぬける きれる くされる くだける くつろげる くぼめる くみあわせる くるしめる くれる こすれる こめる
    さかだてる さきだてる さける しずめる したがえる しらせる しりぞける すぐれる すける すすめる すたれる
    すませる すれる ずれる そえる そだてる そむける そめる それる そろえる たいらげる たちこめる たてる
    ちかづける ちがえる ちぎれる ちぢめる つきぬける つける つげる つたえる つづける つなげる つぶれる つめこめる
    つめる てれる といあわせる とける ととのえる とどける とめる とりあわせる とりいれる とりつける とれる どける
    なぐさめる ならべる なれる にたてる ぬける ねじれる のける のせる のりあわせる はいれる はしりぬける
    はりつける はれる ひきたてる ひける ひそめる ひっかける ふくめる ふせる ふてくされる ふみきれる ふりむける
    ふるえる ふれる ぶれる ほどける まかせる まぎらわせる まぎれる まける まぜあわせる まちあわせる まちがえる
    みあわせる むかえる むける むすびつける もうしあわせる もちあわせる もとめる もりあわせる もめる 揉める
    もれる やくだてる やける やぶける やぶれる やめる やわらげる ゆうきづける ゆがめる ゆるめる ゆれる わかれる
    われる 上向ける 不貞腐れる 並べる 乗り合わせる 交える 付ける 任せる 伏せる 伝える 傷つける 傷める 傾ける
    傾げる 優れる 充てる 先立てる 入れる 分かれる 切り抜ける 切れる 剥ける 割れる 勇気づける 勝れる 勢いづける
    卷ける 反れる 取りつける 取り付ける 取り入れる 取り合わせる 取れる 叶える 合せる 合わせる 向かえる 向ける
    含める 告げる 和らげる 唱える 問い合わせる 埋め合わせる 埋もれる 報える 売れる 失せる 富める 寛げる 就ける
    届ける 平らげる 廃れる 建てる 引き立てる 引っかける 弛める 張りつける 張り付ける 役立てる 待ち合わせる 従える
    慰める 憂える 打ち合わせる 折れる 抜ける 押し入れる 持ち合わせる 振り向ける 捻れる 揃える 揺れる 擦れる
    支える 整える 明ける 明らめる 染める 植え込める 構える 欠ける 止める 歪める 求める 沈める 洩れる 浮かべる
    混ぜ合わせる 添える 済ませる 温める 溶ける 漏れる 潜める 焦れる 焼ける 照れる 煮立てる 片づける 片付ける
    生れる 申し合わせる 痛める 盛り合わせる 着ける 知らせる 砕ける 破ける 破れる 空ける 突き抜ける 窪める
    立ちこめる 立てる 紛らわせる 組みあわせる 組み合せる 組み合わせる 結びつける 結び付ける 絡める 続ける 緩める
    縮める 繋げる 聞き入れる 育てる 背ける 腐れる 腹立てる 苛める 苦しめる 荒立てる 落ち着ける 裂ける 見合わせる
    解ける 解れる 触れる 詰める 詰め込める 調える 諌める 貶める 走り抜ける 踏み入れる 踏み切れる 辞める 込める
    近づける 近付ける 退ける 逆立てる 透ける 進める 逸れる 遅らせる 違える 適える 開ける 間違える 附ける 除ける
    陥れる 隠れる 震える
    """)


@dataclass(frozen=True)
class Predicate:
    """What a verb or adjective and its auxiliaries say: the word, whether it is negated, how many tokens it takes."""

    term: str
    negated: bool
    tokens: int


def read_predicate(tokens: list[Token], at: int, is_verb: Callable[[str, str], bool]) -> Predicate:
    """Read the verb or adjective at a place with the auxiliaries after it."""
    head = as_suru(tokens[at])
    stop = _end_of_tail(tokens, at)
    tail = tokens[at + 1 : stop]
    positive = plain_form(head, is_verb)
    hard = next((i for i, token in enumerate(tail) if token.base in HARD and token.kind[0] == "形容詞"), None)
    no = next((i for i, token in enumerate(tail) if is_negation(token)), None)
    if no is not None and (hard is None or no < hard):
        if is_taken_back(tokens, at + 1 + no):
            return Predicate(positive, False, stop - at)
        term = _negated(head, tail[:no])
        adjective = kana_words().inflected.get((term, "形容詞"))  # すくない is 少ない, whatever すく+ない may be
        return Predicate(adjective or term, adjective is None, stop - at)
    if hard is not None and no is None:
        written = spelled(head) + "".join(token.surface for token in tail[:hard])
        return Predicate(written + tail[hard].base, True, stop - at)
    return Predicate(positive, False, stop - at)


def as_suru(head: Token) -> Token:
    """Return the verb with する that 達し is taken for a form of 達す of; its negation is 達しない."""
    if head.inflection == "五段・サ行" and head.base in SHORT_FOR_SURU:
        suru = head.base[:-1] + "する"
        return replace(head, base=suru, written_base=suru, inflection="サ変・−スル")
    return head


def plain_form(head: Token, is_verb: Callable[[str, str], bool]) -> str:
    """Return the dictionary form; of a potential form that of its verb: 遊べる → 遊ぶ."""
    base = head.base
    if (
        head.inflection == "一段"
        and len(base) > 2
        and base[-1] == "る"
        and base[-2] in E_TO_U
        and base not in NO_POTENTIALS
    ):
        verb = base[:-2] + E_TO_U[base[-2]]
        if is_verb(verb, "五段"):
            return verb
    return base


def is_negation(token: Token) -> bool:
    """Return True for ない, ん and ず as auxiliaries, and ない as an adjective."""
    return token.base in NEGATIONS and token.kind[0] in {"助動詞", "形容詞"}


def is_taken_back(tokens: list[Token], at: int) -> bool:
    """Return True if the negation at a place says no: 〜なければならない, 〜ないといけない, 〜ませんか, 〜ないでしょうか."""
    after = tokens[at + 1 : at + 6]
    surfaces = [token.surface for token in after]
    if len(after) > 1 and surfaces[0] in {"ば", "と"} and after[1].base in MUST:
        return True
    if len(after) > 2 and surfaces[0] == "て" and surfaces[1] == "は" and after[2].base in MUST:
        return True
    rest = iter(after)
    token = next(rest, None)
    while token is not None and (
        token.base in {"です", "だ", "う", "だろ", "の", "ん"} or token.surface in {"の", "ん"}
    ):
        token = next(rest, None)
    return token is not None and token.surface in {"か", "かな"} and token.kind[0] == "助詞"


def negative_form(base: str, inflection: str) -> str:
    """Return the negative form of a verb or adjective: 足りる → 足りない, 使う → 使わない, 高い → 高くない."""
    if inflection.startswith("形容詞"):
        return ("よ" if base in {"いい", "良い"} else base[:-1]) + "くない"
    if inflection.startswith("サ変"):
        return base[:-2] + "しない" if base.endswith("する") else base[:-2] + "じない"
    if inflection.startswith("カ変"):
        return base[:-2] + "来ない"
    if base in {"ある", "有る"}:
        return "ない"
    if inflection.startswith("五段") and base[-1] in A_ROW:
        return base[:-1] + A_ROW[base[-1]] + "ない"
    return base[:-1] + "ない"


def unable_form(base: str, inflection: str) -> str:
    """Return what 〜ことができない says of a verb: 使う → 使えない, 食べる → 食べられない."""
    if inflection.startswith("五段") and base[-1] in U_TO_E:
        return base[:-1] + U_TO_E[base[-1]] + "ない"
    return base[:-1] + "られない"


def _negated(head: Token, between: list[Token]) -> str:
    """Return the word of a negated predicate; between: the auxiliaries before the negation."""
    kept: list[Token] = [head]
    for token in between:
        if token.base == "たい" and token.kind[0] == "助動詞":
            return _joined(kept) + "たくない"
        if token.base in VOICES or (token.kind[0] == "動詞" and token.base in MODIFYING):
            kept.append(token)
    last = kept[-1]
    return _joined(kept[:-1]) + negative_form(last.base, last.inflection)


def _joined(tokens: list[Token]) -> str:
    """Return tokens as written, the first in the spelling of its dictionary form."""
    return spelled(tokens[0]) + "".join(token.surface for token in tokens[1:]) if tokens else ""


def spelled(head: Token) -> str:
    """Return an inflected word in the spelling of its dictionary form: わたり of 渡る is 渡り."""
    same = 0
    while same < min(len(head.base), len(head.written_base)) and head.base[-same - 1] == head.written_base[-same - 1]:
        same += 1
    stem, written = head.base[: len(head.base) - same], head.written_base[: len(head.written_base) - same]
    return stem + head.surface[len(written) :] if head.surface.startswith(written) else head.surface


def _end_of_tail(tokens: list[Token], at: int) -> int:
    """Return where the auxiliaries after a verb or adjective end."""
    end = at + 1
    while end < len(tokens) and (_is_auxiliary(tokens, end) or _leads_on(tokens, end)):
        end += 1
    return end


def _is_auxiliary(tokens: list[Token], at: int) -> bool:
    """Return True for auxiliaries, suffixes of verbs, verbs of favour, and ない or ある+ません after 高く(は)."""
    token, before = tokens[at], tokens[at - 1].surface
    major, minor = token.kind[0], token.kind[1]
    if major == "助動詞" or (major in {"動詞", "形容詞"} and minor in {"非自立", "接尾"}) or _is_favour(tokens, at):
        return True
    if major == "形容詞" and token.base in {"ない", "無い"}:
        return before.endswith(("く", "は", "も"))
    return token.base == "ある" and before in {"は", "も", "で"} and _is_negated_next(tokens, at)


def _leads_on(tokens: list[Token], at: int) -> bool:
    """Return True for the て and は of 〜ていない and 〜てはいない."""
    token = tokens[at]
    if token.surface in {"て", "で", "ちゃ"} and token.kind[1] == "接続助詞":
        return _goes_on(tokens, at + 1)
    return token.surface in {"は", "も"} and _is_negated_next(tokens, at + 1)


def _is_favour(tokens: list[Token], at: int) -> bool:
    """Return True for a verb of favour after て: 遊ばせてやれない."""
    return tokens[at].base in FAVOURS and tokens[at - 1].surface in {"て", "で"} and tokens[at].kind[0] == "動詞"


def _goes_on(tokens: list[Token], at: int) -> bool:
    """Return True if an auxiliary verb follows て."""
    if at < len(tokens) and tokens[at].surface in {"は", "も"}:
        at += 1
    return at < len(tokens) and (
        tokens[at].kind[:2] in (["動詞", "非自立"], ["形容詞", "非自立"]) or tokens[at].base in FAVOURS
    )


def _is_negated_next(tokens: list[Token], at: int) -> bool:
    """Return True for ない, or あり + ませ + ん."""
    if at < len(tokens) and is_negation(tokens[at]):
        return True
    return at + 2 < len(tokens) and tokens[at].base in {"ある", "ござる"} and is_negation(tokens[at + 2])
