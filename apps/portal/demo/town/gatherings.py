"""見本 of voices from paper: 付箋 of a workshop, sheets from a box, what was said at the counter."""

from apps.consultations.models import Channel
from apps.portal.demo.town.shapes import Gathering, Note


def on_paper(question: int, body: str, age_band: str, district: str, likes: int, topic: str = "") -> Note:
    """Return a sheet of paper from the box, by somebody who lives in the city and ticked age band and district."""
    return Note(question, body, facts=(age_band, district, "lives"), likes=likes, topic=topic)


GATHERINGS = (
    Gathering(
        Channel.WORKSHOP, "公園と防災を歩いて話すワークショップ（見本）", 30, 29,
        (
            Note(1, "木陰のあるベンチ！", "テーブル1", likes=4, topic="shade"),
            Note(1, "公園のトイレをきれいに", "テーブル1", likes=6),
            Note(1, "水飲み場がほしい", "テーブル1", likes=3, topic="shade"),
            Note(1, "犬の散歩と子どもの遊びを分けてほしい", "テーブル1", likes=1),
            Note(3, "避難所の場所を知らない人が多い", "テーブル2", likes=5, topic="shelters"),
            Note(3, "避難所に行かなくてよい場合も知りたい", "テーブル2", likes=2, topic="shelters"),
            Note(3, "避難所でペットはどうする？", "テーブル2", likes=4, topic="shelters"),
            Note(3, "避難所までの道が暗い", "テーブル2", likes=3, topic="shelters"),
            Note(3, "外国の人にもわかる避難所の案内", "テーブル2", likes=2, topic="shelters"),
            Note(2, "自転車の通る道と歩く道を分けて", "テーブル3", likes=7),
            Note(2, "駅前の自転車置き場が足りない", "テーブル3", likes=3),
            Note(2, "バスを待つところにベンチと屋根", "テーブル3", likes=5, topic="buses"),
        ),
    ),
    Gathering(
        Channel.PAPER, "公共施設に置いた意見用紙（見本）", 40, 38,
        (
            on_paper(2, "バスが減ると、病院に行けなくなります。昼間の本数を減らさないでください。", "70s", "north", 9, "buses"),
            on_paper(2, "バスの時刻表の字が小さくて読めません。大きな字のものを貼ってください。", "70s", "centre", 6),
            on_paper(2, "バスを待つあいだ、立っているのがつらいです。いすを置いてください。", "80s", "west", 8, "buses"),
            on_paper(2, "坂の上に住んでいます。バスが家の近くまで来てくれると、まだ一人で出かけられます。", "60s", "centre", 4),
            on_paper(2, "出かけるときはバスだけが頼りです。なくさないでください。", "80s", "east", 5),
            on_paper(3, "スマートフォンの使い方を、一度でなく、何度でも聞けるところがほしいです。", "70s", "east", 3),
            on_paper(3, "回覧板がなくなると、防災訓練の日が分かりません。", "70s", "south", 2),
            on_paper(1, "公園の花壇の手入れを手伝いたいのですが、どこに言えばよいか分かりませんでした。", "60s", "west", 5),
        ),
    ),
    Gathering(
        Channel.DESK, "窓口で伺った意見（見本）", 11, 10,
        (
            Note(3, "スマートフォンで申し込むようにと言われたが、やり方が分からず、あきらめた。", likes=6),
            Note(3, "耳が遠いので、電話より窓口で話せるほうがありがたい。", likes=2),
            Note(3, "引っ越してきたばかりで、避難所がどこか分からない。紙の地図がほしい。", likes=3, topic="shelters"),
            Note(3, "ごみの分別に迷うものを、適切に案内してほしいです。", likes=1),
            Note(3, "外国から来た家族に、やさしい日本語の案内がほしい。", likes=2),
        ),
    ),
)  # fmt: skip
