from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("council", "0005_topic")]

    operations = [
        migrations.AddField(
            model_name="projectpicture",
            name="is_public",
            field=models.BooleanField(
                default=True,
                help_text="団体の担当者が出した画像は、変更の内容を公開すると公開されます。",
                verbose_name="公開する",
            ),
        ),
    ]
