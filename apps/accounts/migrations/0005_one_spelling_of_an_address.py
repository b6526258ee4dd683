"""Addresses with a domain of other letters were compared as typed; now 例え.jp and xn--r8jz45g.jp are one."""

from django.db import migrations

from apps.core.email_spelling import comparable_email


def compare_anew(apps, schema_editor):
    """A person whose address somebody else holds in another spelling keeps the old one."""
    User = apps.get_model("accounts", "User")
    for user in User.objects.exclude(email=None).only("email", "email_normalised").iterator():
        spelling = comparable_email(user.email)
        if spelling != user.email_normalised and not User.objects.filter(email_normalised=spelling).exists():
            User.objects.filter(pk=user.pk).update(email_normalised=spelling)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_nickname_once")]
    operations = [migrations.RunPython(compare_anew, migrations.RunPython.noop, elidable=True)]
