"""What the `rushes qc` commands share, and how they show things."""
