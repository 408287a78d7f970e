"""Real media files of a made-up scene, written through the libraries that studios use."""
