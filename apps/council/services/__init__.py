"""Read-only services over projects: the sheet as PDF, the list as CSV, the stations of 声のゆくえ around one."""
