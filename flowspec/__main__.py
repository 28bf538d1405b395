"""`python -m flowspec`."""

from flowspec.cli import main

if __name__ == "__main__":
    main()
