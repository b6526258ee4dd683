"""回答: how the city answers, by whom and by when, and what is published of it."""
