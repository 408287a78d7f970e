"""A scan as one HTML page that can be forwarded."""
