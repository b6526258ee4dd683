"""Read-only services over several models: timeline, statistics, rate limit, PDF of the result."""
