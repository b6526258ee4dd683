"""What people type about the council's work, and what stands in the addresses of its lists."""
