"""Back up a portal into one folder and restore it elsewhere: database, uploaded files, signing key, and a manifest.

`script/backup` runs `backup.make`, `script/restore` runs `backup.restore`. Neither needs Django: a restore must work on a
machine that has no database yet.
"""
