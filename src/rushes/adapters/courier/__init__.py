"""Programs of others that carry files to a storage."""
