"""Comments without an account: the setting of a consultation, and the key of a comment."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q


def delete_keys_of_comments(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Going back: keys open proposals only. The comments stay; nobody opens them any more."""
    apps.get_model("consultations", "GuestKey").objects.filter(proposal=None).delete()


class Migration(migrations.Migration):

    dependencies = [
        ("consultations", "0029_plain_wording"),
    ]

    operations = [
        migrations.AddField(
            model_name="consultation",
            name="allows_guest_comments",
            field=models.BooleanField(default=False, help_text="コメントも合言葉で後から取り下げられます。「登録していない人も参加できる」とあわせて選びます。", verbose_name="登録していない人もコメントできる"),
        ),
        migrations.AlterField(
            model_name="consultation",
            name="holds_guests",
            field=models.BooleanField(default=True, help_text="意見とコメントの両方が待ちます。", verbose_name="登録していない人の投稿は承認してから公開する"),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(condition=Q(("allows_guest_comments", False), ("allows_guests", True), _connector="OR"), name="consultation_guest_comments", violation_error_message="登録していない人のコメントを受け付けるには、「登録していない人も参加できる」も選んでください。"),
        ),
        migrations.AlterField(
            model_name="guestkey",
            name="proposal",
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="guest_key", to="consultations.proposal"),
        ),
        migrations.AddField(
            model_name="guestkey",
            name="comment",
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="guest_key", to="consultations.comment"),
        ),
        migrations.AddConstraint(
            model_name="guestkey",
            constraint=models.CheckConstraint(condition=Q(Q(("comment", None), ("proposal__isnull", False)), Q(("comment__isnull", False), ("proposal", None)), _connector="OR"), name="guest_key_one_text"),
        ),
        migrations.RunPython(migrations.RunPython.noop, delete_keys_of_comments),
    ]
