"""What is worked out from several models and is no model itself: the timeline of a proposal, statistics, limits."""
