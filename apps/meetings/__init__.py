"""審議会等の会議: bodies with their members, meetings announced, open to listeners, and their minutes."""
