"""What is worked out of the yearly survey: what the portal knows, what a return lacks, the figures and files of the report."""
