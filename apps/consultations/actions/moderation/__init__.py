"""Actions of moderation: decide on cases, redact, erase, screen new texts."""
