"""Reels: pictures fitted into one size, written on, and encoded as a movie that is read again."""
