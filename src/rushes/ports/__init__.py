"""The sockets that adapters fill, as protocols."""
