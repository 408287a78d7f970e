"""What the commands that deliver are made of."""
