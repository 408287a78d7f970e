"""From storage to file sequences, disk use and changes."""
