"""What every room stands on, with nothing heavier than the standard library."""
