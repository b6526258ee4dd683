"""Read-only services over projects: the sheet as PDF, the list as CSV."""
