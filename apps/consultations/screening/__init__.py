"""Screening of a text before publication: one check a module, in plain Python. Knows no Django.

Each answers with what it found, in words for staff, or with nothing. None uses a pattern that a long text could stall.
"""
