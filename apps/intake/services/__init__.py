"""Read-only services over lists and files of proposals: rows of files, plan of an import (dry run), exports."""
