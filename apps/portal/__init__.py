"""Pages that join other apps: home, vision, search, my page, timeline of a voice; the demonstration. It has no tables."""
