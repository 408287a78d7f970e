"""ASC MHL v2.0: hash lists of whole folders, generation after generation, and checks of them."""
