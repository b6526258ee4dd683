"""Pages that join the other apps."""
