"""What tests of Rushes, and of plugs for it, are made with."""
