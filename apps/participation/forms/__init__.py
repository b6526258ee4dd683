"""Forms of the yearly survey: a department's lines, the secretariat's remark and publication, query strings."""
