"""What a rule can look at, one subject per file; `table` has them all by name."""
