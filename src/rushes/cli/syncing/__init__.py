"""What the commands that sync with S3 are made of."""
