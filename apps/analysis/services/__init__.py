"""Read-only services over proposals and their words: scope and filter of a page, counts, word cloud, analyses, caches."""
