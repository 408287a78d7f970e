"""The server: the API for programs, plain pages for people."""
