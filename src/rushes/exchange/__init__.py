"""Media in from vendors and out to clients: checked on the way in, accounted for on the way out."""
