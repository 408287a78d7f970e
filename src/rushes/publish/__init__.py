"""What follows from a publish: the paths of its parts, and the USD layers that compose them."""
