"""What the commands of `rushes mhl` share, and how their results are shown."""
