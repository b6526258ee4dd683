"""What every app shares and no table belongs to: text, search, lists, files, forms, middleware. No words of the city."""
