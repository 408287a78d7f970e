"""What can be read out of the files themselves."""
