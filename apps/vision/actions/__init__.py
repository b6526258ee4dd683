"""Actions on yearly values: check a file, import it, undo an import."""

from apps.vision.actions.check_file import Looked, look_at_values, sample_rows
from apps.vision.actions.import_values import ImportRefused, as_parcel, import_values, what_comes_back, withdraw_values

__all__ = [
    "ImportRefused",
    "Looked",
    "as_parcel",
    "import_values",
    "look_at_values",
    "sample_rows",
    "what_comes_back",
    "withdraw_values",
]
