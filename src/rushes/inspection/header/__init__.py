"""The header of an OpenEXR file, read without loss and written back to the same bytes."""
