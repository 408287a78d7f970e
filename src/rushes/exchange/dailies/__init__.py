"""Dailies: a reel of what is on record to be looked at, and what is in it."""
