"""Forms of meetings: query strings of the public pages, and what staff type."""
