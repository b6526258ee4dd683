"""Pages of words: the cloud with its table and files, and what more the same rows tell."""
