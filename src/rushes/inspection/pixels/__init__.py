"""Statistics of the pixels of OpenEXR files, in little memory, whatever state the files are in."""
