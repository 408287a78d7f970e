"""What `rushes dailies` asks for, and how it tells what came of it."""
