"""Outside stores for image facts."""
