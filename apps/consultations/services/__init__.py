"""Read-only services over several models: timeline, statistics, rate limit, PDFs of result and poster."""
