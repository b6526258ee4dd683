"""No tag without a key, none twice; its address is its number. What is searched is folded by the present rule."""

from django.db import migrations, models

from apps.core.migration_operations import refold_search


class Migration(migrations.Migration):
    dependencies = [("consultations", "0020_tags_by_number")]

    operations = [
        migrations.AlterField(
            model_name="tag", name="key", field=models.CharField(editable=False, max_length=80, unique=True)
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=models.CheckConstraint(condition=models.Q(("key", ""), _negated=True), name="tag_has_letters"),
        ),
        migrations.AlterField(
            model_name="tag",
            name="slug",
            field=models.SlugField(editable=False, unique=True, verbose_name="アドレスの番号"),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug__regex", "^[a-z0-9-]+$")), name="tag_has_address"
            ),
        ),
        refold_search(
            "consultations.Consultation", "consultations.Proposal", "consultations.Comment", "consultations.Topic",
            "consultations.Reply",
        ),
    ]  # fmt: skip
