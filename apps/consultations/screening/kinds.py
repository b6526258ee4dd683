"""Tell the kind of a voice (要望, 困りごと, 賛成, 反対, 感謝, 質問) by its sentence ends and words. Knows no Django.

What no rule knows has no kind. PRECISION: of sentences kept unseen while the rules were made, eight of each kind
(tests/consultations/kinds.tsv), how many percent of those that were told to be of a kind are of it.
"""

import re

REQUEST, TROUBLE, SUPPORT, OPPOSE, THANKS, QUESTION = "request", "trouble", "support", "oppose", "thanks", "question"
PRECISION = {REQUEST: 88, TROUBLE: 100, SUPPORT: 100, OPPOSE: 100, THANKS: 100, QUESTION: 100}
SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]*")

# The first rule that fits a sentence tells its kind; a refusal is looked for before the wish that it is worded as.
RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (THANKS, re.compile(
        r"ありがとう|感謝|お疲れ|御礼|お礼|おかげで|助かりました|助かっています|うれしかった|嬉しかった|感激|救われ|楽しませて"
        r"|(?:くれて|いただき|くださり|もらって)(?:、)?(?:本当に)?(?:ありがた|うれし|嬉し)"
    )),
    (OPPOSE, re.compile(
        r"反対|賛成でき(?:な|ませ)|納得でき(?:な|ませ)|納得がいか|受け入れられ(?:な|ませ)|認められ(?:な|ませ)|撤回|断固"
        r"|やめて(?:ほしい|ください|もらいたい|いただきたい)|やめるべき|べきで(?:は|も)?(?:ない|ありません)|べきじゃない"
        r"|(?:ない|ないよう)で(?:ほしい|ください|いただきたい)|無駄だ|無駄で|(?:中止|凍結)(?:し|を)|疑問(?:が|を)|おかしい"
        r"|(?:必要|いら|要ら)(?:は|が)?(?:ない|ありません)(?:と思|です|。|$)"
    )),
    (SUPPORT, re.compile(
        r"賛成|賛同|支持し|同感|同意|大歓迎|応援して|異論(?:は)?(?:ない|ありません)|もっともだ|すばらしい|素晴らしい|評価し"
        r"|同じ(?:考え|意見|気持ち)|(?:案(?!内)|計画|方針|取組|取り組み|考え|目標|提案|方向).{0,12}(?:よい|良い|いい)(?:です|と思|。|$)"
    )),
    (QUESTION, re.compile(r"教えて(?:ください|下さい|ほしい|もらえ|いただけ)|知りたい")),
    (REQUEST, re.compile(
        r"てほしい|て欲しい|(?:が|を|も)(?:ほしい|欲しい)|て(?:ください|下さい)|してくれ(?:。|！|!|$)|もらいたい|いただきたい|頂きたい"
        r"|(?:[えけせてねべめれげ]|始め|し|(?<!あ)り|き)(?:ません|ない)(?:でしょう)?か|お願い|希望し|要望し|求めます"
        r"|べき(?:だ|です|と思|。|$)|(?:が|も)必要(?:です|だ|と思|。|$)|(?:ば|たら|と|る)(?:よい|良い|いい|うれしい|嬉しい|助かり|ありがたい)(?!の?か|と言)"
        r"|(?:ば|たら|と)(?:助か|ありがた|うれし|嬉し)|検討|ように(?:して|なって)?(?:。|！|!|$)|ようにして|(?:ろ|こ|そ)う(?:。|！|!|$)"
    )),
    (QUESTION, re.compile(
        r"[？?]|(?:です|ます|でしょう|ません|でした|ました|だろう|の)か(?:。|$)|でしょう(?:。|$)|(?:る|い|だ)か(?:。|$)"
    )),
    (TROUBLE, re.compile(
        r"困|不便|不安|心配|こわい|怖い|こわかった|危な|危険|つら(?:い|く)|辛い|大変|汚い|汚れ|うるさ|迷惑|長すぎ|高すぎ|遅すぎ|多すぎ|少なすぎ"
        r"|(?:にく|づら|難し|むずかし|わずらわし)(?:い|く|か)|足り(?:な|ませ)|(?:れ|え|け|せ|て|め|ね|べ|げ|でき|出来)(?:ない|なく|なか|ません)"
        r"|(?:分か|わか)(?:らな|りませ|らず)|来な(?:い|く)|いらいら|水浸し|崩れ|あふれ|満車|混んで|混雑|(?:が|も)(?:ない|ありません|少ない|狭い|暗い|遅い|古い|高い)(?:です|。|$)"
        r"|暗くて|狭くて|やめました|遅刻|複雑|ず(?:、|に)"
    )),
)  # fmt: skip


def kinds_of(text: str) -> list[str]:
    """Return the kinds of a text's sentences, each once, in their order."""
    return list(dict.fromkeys(kind for sentence in SENTENCE.findall(text) if (kind := kind_of_sentence(sentence))))


def kind_of_sentence(sentence: str) -> str:
    """Return the kind of a sentence; empty if no rule fits."""
    return next((kind for kind, rule in RULES if rule.search(sentence.strip())), "")
