"""Public documents of the city in versions: sections, what changed between versions, and which voices moved it."""
