"""Readings of the city's words, with the names of Chofu's towns, stations and landmarks to begin with."""

from django.db import migrations, models

import apps.core.textfields

# 調布市の町名 (住居表示・大字), 駅, 近隣の市, and words of the city whose usual reading the dictionary does not have.
READINGS = """
入間町 いりまちょう 柴崎 しばさき 佐須町 さすまち 佐須 さす 菊野台 きくのだい 国領町 こくりょうちょう 国領 こくりょう 小島町 こじまちょう
下石原 しもいしわら 上石原 かみいしわら 石原 いしわら 深大寺 じんだいじ 深大寺北町 じんだいじきたまち 深大寺東町 じんだいじひがしまち
深大寺南町 じんだいじみなみまち 深大寺元町 じんだいじもとまち 仙川町 せんがわちょう 仙川 せんがわ 染地 そめち 多摩川 たまがわ
調布ケ丘 ちょうふがおか 飛田給 とびたきゅう 西町 にしまち 西つつじケ丘 にしつつじがおか 野水 のみず 東つつじケ丘 ひがしつつじがおか
つつじケ丘 つつじがおか 富士見町 ふじみちょう 布田 ふだ 緑ケ丘 みどりがおか 八雲台 やくもだい 若葉町 わかばちょう 調布市 ちょうふし
調布 ちょうふ 京王多摩川 けいおうたまがわ 西調布 にしちょうふ 京王線 けいおうせん 布多天神社 ふだてんじんしゃ 布田天神 ふだてんじん
神代植物公園 じんだいしょくぶつこうえん 神代 じんだい 野川 のがわ 狛江市 こまえし 狛江 こまえ 三鷹 みたか 府中 ふちゅう
世田谷 せたがや 味の素 あじのもと 甲州街道 こうしゅうかいどう 品川道 しながわみち 旧甲州街道 きゅうこうしゅうかいどう 行革 ぎょうかく
合言葉 あいことば 所管課 しょかんか 市民参加 しみんさんか 子ども家庭支援 こどもかていしえん 企画経営課 きかくけいえいか
"""


def add_readings(apps, _editor):
    pairs = READINGS.split()
    rows = apps.get_model("operations", "FuriganaWord")
    rows.objects.bulk_create(
        rows(word=word, reading=reading) for word, reading in zip(pairs[::2], pairs[1::2], strict=True)
    )


class Migration(migrations.Migration):
    dependencies = [("operations", "0006_typed_texts")]

    operations = [
        migrations.CreateModel(
            name="FuriganaWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", apps.core.textfields.TypedCharField(help_text="漢字のまま書いてください。", max_length=30, unique=True, verbose_name="ことば")),
                ("reading", apps.core.textfields.TypedCharField(help_text="ひらがなで書いてください。", max_length=60, verbose_name="よみがな")),
            ],
            options={"verbose_name": "ふりがな", "verbose_name_plural": "ふりがな", "ordering": ["word"]},
        ),
        migrations.AddConstraint(
            model_name="furiganaword",
            constraint=models.CheckConstraint(
                condition=models.Q(("reading__regex", "^[ぁ-ゖー]+$")),
                name="furigana_in_hiragana",
                violation_error_message="よみがなは、ひらがなだけで書いてください。",
            ),
        ),
        migrations.AddConstraint(
            model_name="furiganaword",
            constraint=models.CheckConstraint(
                condition=models.Q(("word__regex", "[々〇一-鿿]"), models.Q(("word__regex", '[<>&"[:space:]]'), _negated=True)),
                name="furigana_of_kanji",
                violation_error_message="漢字のある一つのことばを、空白や記号を入れずに書いてください。",
            ),
        ),
        migrations.RunPython(add_readings, migrations.RunPython.noop),
    ]
