"""A small Trak of ours, to run the real adapter against: see `server`."""
