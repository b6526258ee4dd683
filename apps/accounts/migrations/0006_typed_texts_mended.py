"""What no keyboard types and no page can show goes out of the texts, before the database refuses it."""

from django.db import migrations

from apps.core.migration_operations import mend_typed


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_one_spelling_of_an_address")]

    operations = [mend_typed("accounts")]
