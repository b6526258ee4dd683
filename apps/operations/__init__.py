"""What runs the portal: audit trail, outbox, notifications, jobs, the city's own pages."""
