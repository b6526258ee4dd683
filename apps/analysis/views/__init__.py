"""Pages about words: the cloud with its table and files, and the other analyses."""
