"""Read-only services over sheets: pages, search, statistics, requirements of a stage, directions carried over."""
