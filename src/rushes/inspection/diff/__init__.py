"""What two OpenEXR files differ in: headers attribute by attribute, and pixels by numbers."""
