"""Mail of the yearly survey."""
