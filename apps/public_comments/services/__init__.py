"""What is worked out from several models of public comments."""
