"""Those who are told of what happens."""
