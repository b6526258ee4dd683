"""Looking at a text before it stands: one question a module, in plain Python. Knows no Django.

Each answers with what it found, in words for staff, or with nothing. None uses a pattern that a long text could stall.
"""
