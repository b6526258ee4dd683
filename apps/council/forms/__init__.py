"""Forms of the council's members and the secretariat, and query-string forms of lists."""
