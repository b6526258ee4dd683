"""What is worked out for pages from the tables of this app."""
