"""An own photo or drawing of a consultation, with its words."""

import apps.core.textfields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("consultations", "0031_status_in_english"),
    ]

    operations = [
        migrations.AddField(
            model_name="consultation",
            name="photo",
            field=models.FileField(blank=True, help_text="1枚だけ載せられます。PNG・JPEG・WebP、10MBまで。撮影場所などの情報は自動で取り除きます。ページでは横長（16：9）に切り抜いて見せます。", upload_to="consultations/photos/", verbose_name="独自の写真・絵"),
        ),
        migrations.AddField(
            model_name="consultation",
            name="photo_credit",
            field=apps.core.textfields.TypedCharField(blank=True, help_text="例：撮影 調布市（CC BY 4.0）。ページに、ダウンロードのリンクとあわせて出します。", max_length=120, verbose_name="提供者と利用条件"),
        ),
        migrations.AddField(
            model_name="consultation",
            name="photo_description",
            field=apps.core.textfields.TypedCharField(blank=True, help_text="画像が見えない人にも内容が伝わるように書いてください。", max_length=200, verbose_name="写真・絵の説明"),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("photo", ""), ("photo_credit", ""), ("photo_description", "")), models.Q(models.Q(("photo", ""), _negated=True), models.Q(("photo_description", ""), _negated=True), models.Q(("photo_credit", ""), _negated=True)), _connector="OR"), name="consultation_photo_whole", violation_error_message="写真・絵には、説明と、提供者・利用条件が必要です。"),
        ),
    ]
