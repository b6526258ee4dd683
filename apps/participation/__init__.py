"""市民参加・協働実践状況調査: what every department reports of a year, and the yearly report of the city."""
