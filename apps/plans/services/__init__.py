"""What is worked out about sheets; reads only."""
