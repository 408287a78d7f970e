"""Backups: a whole database in one file, put back beside the old one and swapped for it."""
