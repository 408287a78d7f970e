"""What the commands of `rushes show` share."""
