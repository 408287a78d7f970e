"""`python -m rushes`, the same as the `rushes` command."""

from rushes.cli.main import main

main()
