"""Shared foundation of all apps, without tables or words of the city: text, search, lists, files, forms, middleware."""
