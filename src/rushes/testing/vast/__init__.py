"""A small VAST DataBase of ours, to run the real SDK against: see `server`."""
