"""Packages: many files made into one zip archive or one folder, sent whole, and read again."""
