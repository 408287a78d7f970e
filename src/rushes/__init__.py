"""Rushes, the backbone of a VFX studio."""

__version__ = "0.1.0"
