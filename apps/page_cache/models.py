"""The table behind the page cache: one random number for each table of the portal, drawn anew whenever it changes."""

from django.db import models


class TableStamp(models.Model):
    """Part of the stamp of one table (テーブルの版): the XOR of all its parts is the table's stamp.

    A trigger draws `value` anew in the transaction of every change (`stamps`). Each transaction at work at the same time
    writes a slot of its own, so that none waits for another. Random numbers and no counters: after a restore from a backup
    no stamp comes again that stood for another content.
    """

    pk = models.CompositePrimaryKey("slot", "table_name")
    slot = models.SmallIntegerField(editable=False)
    table_name = models.TextField(editable=False)
    value = models.BigIntegerField(editable=False)

    def __str__(self) -> str:
        return f"{self.table_name} {self.slot}"
