"""Headers in which a program tells of itself: its token says only whose program it is."""

ON_BEHALF_OF = "Rushes-On-Behalf-Of"
TOOL = "Rushes-Tool"
