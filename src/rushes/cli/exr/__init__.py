"""How commands about images look at them, and tell what they found."""
