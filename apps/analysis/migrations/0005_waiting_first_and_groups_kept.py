from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analysis", "0004_moments_of_reading"),
        ("consultations", "0015_index_of_voices"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="reading",
            index=models.Index(condition=models.Q(("read_at", None)), fields=["proposal"], name="reading_never"),
        ),
        migrations.AlterField(
            model_name="snapshot",
            name="kind",
            field=models.CharField(
                choices=[
                    ("cloud", "ワードクラウド"),
                    ("compare", "くらべる"),
                    ("network", "つながり"),
                    ("weeks", "うつりかわり"),
                    ("groups", "グループごと"),
                ],
                max_length=10,
                verbose_name="種類",
            ),
        ),
    ]
