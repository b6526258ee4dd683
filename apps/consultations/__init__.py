"""What the city asks residents, their proposals and comments, the city's replies, and moderation."""
