"""Quality checks with a trail: crawl, sidecars, hash cache, signatures, sign-off, clean-up."""
