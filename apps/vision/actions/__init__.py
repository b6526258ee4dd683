"""What the secretariat does with yearly values: look at a file, bring it in, take it back."""

from apps.vision.actions.importing import ImportRefused, as_parcel, import_values, take_back_values, what_comes_back
from apps.vision.actions.looking import Looked, look_at_values, sample_rows

__all__ = [
    "ImportRefused",
    "Looked",
    "as_parcel",
    "import_values",
    "look_at_values",
    "sample_rows",
    "take_back_values",
    "what_comes_back",
]
