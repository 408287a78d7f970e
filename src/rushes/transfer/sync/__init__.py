"""Syncs: a folder made to hold what another holds, told by file sequences."""
