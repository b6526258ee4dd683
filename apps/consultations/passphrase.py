"""Passphrases (合言葉) of guests: four easy random words, which can be said over a telephone and typed as heard."""

import secrets

from apps.core.text import DASH, fold

LIST = """
あさひ あじさい あひる あまがさ あさがお あしあと いちご いるか いわし いとこ いろがみ うさぎ うちわ
うめぼし うぐいす うきわ えんぴつ えほん えのぐ えがお えだまめ おにぎり おりがみ おはじき おんぷ おちば
かえる かえで かもめ かばん かるた かぼちゃ からす きつね きのこ きつつき きゅうり きなこ きっぷ くじら
くるみ くつした くすのき くわがた けしごむ けやき けんだま けいと こいのぼり こおろぎ こたつ こけし
こだま こすもす さくら さざなみ さつまいも さんぽ さかな さいころ しいたけ しおり しゃぼん しろくま
しんかんせん すいか すずめ すずらん すみれ すべりだい せみしぐれ せんべい せんたく せんぷうき そらまめ
そよかぜ そろばん たいこ たけのこ たんぽぽ たいやき たなばた つばめ つくし つみき つばき つりばし てがみ
てぶくろ てんとう てっきょう とけい とまと とんぼ とうふ どんぐり どうわ なすび なのはな なみおと
なわとび にじいろ にわとり にんじん ぬりえ ねこやなぎ ねぎぼうず のはら のこぎり のりまき はちみつ
はりねずみ はなび はしご はと ひまわり ひこうき ひつじ ひよこ ひなまつり ふくろう ふうせん ふでばこ ふじ
ぶらんこ へちま べんとう ほたる ほうき ほしぞら ほおずき まつぼっくり まくら まつり みかん みずうみ
みつばち みどり みのむし むぎわら むらさき めだか めがね もみじ ものさし もちつき もくば やぎ やまびこ
やきいも ゆうやけ ゆきだるま ゆず ゆりかご よつば よあけ らくだ らっぱ りす りんご りぼん るりいろ
れんげ れんこん ろうそく わかめ わたあめ わらび あおぞら あめんぼ いちょう いどばた うおいちば うみべ
おかあさん おみこし かざぐるま かたつむり かまくら かみひこうき きりかぶ きんもくせい くさぶえ くりごはん
こうえん こもれび さかみち さとやま しゃりん しりとり すいとう すなば そうめん そりあそび たきび たこあげ
たびびと だるま ちゃわん ちょうちん つきよ つゆくさ てまり とびばこ とおりあめ なつやすみ なでしこ
にちようび ねんがじょう はごろも はまべ ひだまり ひのき びわ ふきのとう ふろしき ほしがき まきば まめまき
みずたま みなと むしかご めんこ もりのおと やどかり やねうら ゆびわ よみきかせ らんどせる りょくちゃ
わすれなぐさ わたりどり あまのがわ いねかり うきぐも えきまえ おまもり かがやき
"""
WORDS = LIST.split()
NUMBER = 4


def new_passphrase() -> str:
    """Return four random words; with the rate limit on wrong tries nobody guesses them."""
    return "・".join(secrets.choice(WORDS) for _ in range(NUMBER))


def normalised(typed: str) -> str:
    """Normalise a passphrase for comparison: in hiragana, without what stands between the words (no word has a long sound)."""
    return "".join(letter for letter in fold(typed) if letter.isalpha() and letter != DASH)
