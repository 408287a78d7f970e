"""Bytes on the move, and hashes of them: one engine for all that reads media whole."""
