"""Mail of public comments."""
