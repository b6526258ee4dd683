"""Read the words of one sentence from its tokens. Knows no Django."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from apps.analysis.nouns import (
    ADVERBIAL,
    DROPPED_PREFIXES,
    JOINING,
    LAST_PARTS,
    TIMES,
    Unit,
    glue,
    is_katakana,
    is_noun,
    is_person,
    words_of,
)
from apps.analysis.predicates import is_negation, is_taken_back, read_predicate, spelled, unable_form
from apps.analysis.spelling import listed, spell
from apps.analysis.tokens import COMPOUND, Splitter, Token

LONGEST_PART = 3  # letters of a known word that still joins its neighbours (給食費 in 学校給食費)
LONGEST_COMPOUND = 10  # letters of katakana that are one word

# Words of grammar: nouns that only point, polite verbs, and verbs that are particles (particle before, dictionary form).
POINTING = listed("""
    とこ わし ぼく 僕 おれ 俺 あたし わたし 私 うち ボク オレ 我々 われわれ そちら こちら あちら やつ はず ほう
    かた かたがた ひと ひとびと
    いちど もう一度 一度 あと うえ した なか そと まえ とき ところ ため まま ほか おかげ
    """)
POLITE = listed(
    "くださる 下さる ござる いらっしゃる おっしゃる いただく 頂く 致す いたす なさる 申す 申し上げる まいる 参る"
)
AS_PARTICLES = {
    "に": listed("""
        伴う ともなう 際する 当たる あたる 対する 関する おける よる つく とる 向ける 係る かかる 渡る わたる 応じる 限る 加える
        """),
    "を": listed("通じる 通ずる 通す めぐる 巡る はじめる 得る 含める"),
    "と": listed("する いう 言う"),
    "も": frozenset(["しれる"]),
}
DOING = {"する", "できる", "出来る", "なさる", "いたす", "致す", "頂ける"}
CAN = {"できる", "出来る"}
BETWEEN = {"は", "が", "も", "を", "さえ"}
AFTER_NOUN = {"が", "を", "の"}  # particles before which a verb's stem stands as a noun
AFTER_COMPOUND = {*AFTER_NOUN, "に", "は", "も", "で", "と", "や", "から", "まで"}
AFTER_STEM = {"方", "手", "場", "口", "隊", "会", "屋"}  # suffixes that make a noun of a verb: 分け方, 担い手, 見守り隊
HAS_HIRAGANA = re.compile("[ぁ-ゖ]")
NOTHING = Token("", "", "", ["", "", "", ""], "*", "*", -1, -1)


@dataclass(frozen=True)
class Use:
    """One use of a word in a text: dictionary form, part of speech (noun, verb, adjective), place in characters."""

    term: str
    kind: str
    start: int
    end: int


class Sentence:
    """The words of one sentence, in the order of the text."""

    def __init__(self, tokens: list[Token], splitter: Splitter) -> None:
        self._tokens, self._splitter = tokens, splitter
        self._run: list[Unit] = []
        self._prefix: Token | None = None

    def uses(self) -> Iterator[Use]:
        """Yield the words: nouns joined, verbs and adjectives in dictionary form."""
        at = 0
        while at < len(self._tokens):
            token = self._tokens[at]
            if not any(letter.isalnum() for letter in token.surface):  # (^_^)/ is no word and part of none
                token.kind[0] = "記号"
            if token.kind[0] == "動詞" and self._is_nominal(at):
                token.kind, token.surface = ["名詞", "一般", "*", "*"], spelled(token)
            if is_noun(token):
                yield from self._noun(at)
                at += 1
                continue
            taken, negated = self._after_noun(at)
            yield from self._close(negated)
            self._prefix = token if token.kind[:2] == ["接頭詞", "名詞接続"] else None
            if not taken and token.kind[0] in {"動詞", "形容詞"} and token.kind[1] == "自立":
                taken, use = self._predicate(at)
                yield from use
            at += taken or 1
        yield from self._close()

    def _predicate(self, at: int) -> tuple[int, list[Use]]:
        """Return how many tokens a verb or adjective takes, and its word unless it is one of grammar."""
        token = self._tokens[at]
        predicate = read_predicate(self._tokens, at, self._splitter.is_verb)
        cannot = self._cannot(at + predicate.tokens)
        taken, negated = predicate.tokens + cannot, predicate.negated or cannot > 0
        if (not negated and self._is_grammar(at)) or not self._is_inflected(at):
            return taken, []
        term = unable_form(token.base, token.inflection) if cannot else predicate.term
        end = self._tokens[at + taken - 1].end if negated else token.end
        return taken, [Use(term, "verb" if token.kind[0] == "動詞" else "adjective", token.start, end)]

    def _noun(self, at: int) -> Iterator[Use]:
        """Append a noun or suffix to the run of neighbouring nouns; yield the words of a run that ends here."""
        token, minor = self._tokens[at], self._tokens[at].kind[1]
        prefix, self._prefix = self._prefix, None
        last = self._run[-1] if self._run and self._run[-1].end == token.start else None
        if minor == "接尾":
            if last and glue(token, last):
                last.text, last.end = last.text + token.surface, token.end
            else:
                yield from self._close()
            return
        word = token.base if token.is_own or token.kind[2] == "かな" else token.surface
        if last and is_katakana(last.text + word) and len(last.text + word) <= LONGEST_COMPOUND and not last.is_own:
            last.text, last.end = last.text + word, token.end  # the dictionary only knows the parts of キックボード
            return
        if self._is_pointing(at, word, last) or is_person(self._tokens, at):
            yield from self._close()
            return
        start, joins = token.start, minor in JOINING or (last is not None and word in LAST_PARTS)
        if prefix is not None and prefix.surface not in DROPPED_PREFIXES:
            word, start = prefix.surface + word, prefix.start
        if prefix is not None or not (last and joins and last.joins):
            yield from self._close()
        is_compound = token.kind[2] == COMPOUND and len(word) > LONGEST_PART
        self._run.append(Unit(word, start, token.end, joins, token.is_own, is_compound, minor))

    def _is_pointing(self, at: int, word: str, last: Unit | None) -> bool:
        """Return True for a noun that only points, or only says when or how much."""
        if self._tokens[at].kind[1] != ADVERBIAL:
            return word in POINTING
        return word not in TIMES and not (word in LAST_PARTS and (last or self._token(at + 1).surface in {"を", "が"}))

    def _close(self, negated: str = "") -> Iterator[Use]:
        """Yield the words of the run of nouns and clear it. negated: what the last of them says no with."""
        words = list(words_of(self._run))
        self._run.clear()
        for number, word in enumerate(words, 1):
            if negated and number == len(words):
                yield Use(spell(word.text) + negated, "verb", word.start, word.end)
            else:
                yield Use(word.text if word.is_own else spell(word.text), "noun", word.start, word.end)

    def _after_noun(self, at: int) -> tuple[int, str]:
        """Return how many tokens belong to the noun before them, and what says no: 賛成+できない, 反映+されない, 安全+でない."""
        last = self._run[-1] if self._run else None
        if last is None or last.end != self._tokens[at].start:
            return 0, ""
        if last.minor == "サ変接続":
            return self._done(at)
        if last.minor in {"形容動詞語幹", "ナイ形容詞語幹"}:
            return self._is_not(at, by_particle=last.minor == "ナイ形容詞語幹")
        return 0, ""

    def _done(self, at: int) -> tuple[int, str]:
        """Read する or できる after a noun of doing: 利用する, 利用ができない, 利用することができません."""
        between = self._surface(at) in BETWEEN
        doing = at + between
        if self._token(doing).base not in DOING:
            return 0, ""
        predicate = read_predicate(self._tokens, doing, self._splitter.is_verb)
        after = doing + predicate.tokens
        if predicate.negated:
            return after - at, predicate.term
        cannot = self._cannot(after)
        if cannot:
            return after + cannot - at, "できない"
        return (0, "") if between else (after - at, "")

    def _is_not(self, at: int, *, by_particle: bool) -> tuple[int, str]:
        """Read ない or でない after an adjectival noun: 問題ない, 問題はありません, 安全ではない."""
        copula = self._surface(at) in {"で", "じゃ", "では"}
        no = at + copula
        if (copula or by_particle) and self._surface(no) in {"は", "が", "も"}:
            no += 1
        if self._surface(no) in {"あり", "ござい"} and self._surface(no + 1) == "ませ":
            no += 2
        if not is_negation(self._token(no)) or is_taken_back(self._tokens, no):
            return 0, ""
        return no + 1 - at, "でない" if copula else "ない"

    def _cannot(self, at: int) -> int:
        """Return how many tokens say ことができない here; 0 if they do not."""
        if (
            self._surface(at) not in {"こと", "事"}
            or self._surface(at + 1) not in BETWEEN
            or self._token(at + 2).base not in CAN
        ):
            return 0
        predicate = read_predicate(self._tokens, at + 2, self._splitter.is_verb)
        return 2 + predicate.tokens if predicate.negated else 0

    def _is_nominal(self, at: int) -> bool:
        """Return True for a verb whose stem stands as a noun: 遊び in ボール遊びが, やり in 餌やりに, 休み in 休み時間."""
        token, following = self._token(at), self._token(at + 1)
        if token.form != "連用形" or token.kind[1] != "自立" or len(token.surface) == 1:
            return False
        if following.kind[0] == "名詞":
            return following.kind[1] in JOINING or following.surface in LAST_PARTS or following.surface in AFTER_STEM
        after_noun = at > 0 and is_noun(self._tokens[at - 1]) and self._tokens[at - 1].end == token.start
        particles = AFTER_COMPOUND if after_noun else AFTER_NOUN
        return following.kind[0] == "助詞" and following.surface in particles

    def _is_grammar(self, at: int) -> bool:
        """Return True for polite verbs, and a verb that is only part of a particle, such as に伴い."""
        token = self._tokens[at]
        if token.base in POLITE:
            return True
        return token.base in AS_PARTICLES.get(self._token(at - 1).surface, ()) and token.form.startswith(
            ("連用", "基本")
        )

    def _is_inflected(self, at: int) -> bool:
        """Return False for what only looks like a verb: kanji alone, without the kana that it would be inflected with."""
        return bool(HAS_HIRAGANA.search(self._tokens[at].surface) or HAS_HIRAGANA.match(self._token(at + 1).surface))

    def _token(self, at: int) -> Token:
        return self._tokens[at] if 0 <= at < len(self._tokens) else NOTHING

    def _surface(self, at: int) -> str:
        return self._token(at).surface
