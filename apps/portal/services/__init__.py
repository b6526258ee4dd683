"""Read-only services over the models of other apps: search, vision pages, a person's data, the voice of the home page."""
