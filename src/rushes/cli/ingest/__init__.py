"""What the commands that take drops in do alike."""
