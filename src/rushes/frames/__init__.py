"""From file names to file sequences."""
