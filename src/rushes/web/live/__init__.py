"""The live process: holds the streams of events, which the workers that answer must not."""
