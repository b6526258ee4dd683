from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plans", "0010_letters_lost_in_shift_jis")]

    operations = [
        migrations.AlterField(
            model_name="progressmark",
            name="words",
            field=models.CharField(
                help_text="公開ページと報告書で、記号の横に表示されます。", max_length=40, verbose_name="意味"
            ),
        )
    ]
