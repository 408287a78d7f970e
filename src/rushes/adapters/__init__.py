"""The plugs, one file each, imported by the registry alone."""
